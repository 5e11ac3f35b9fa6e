# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/profiles.sh"
# The platform of the demo export.
read_sample nip-csv nip-csv.csv
