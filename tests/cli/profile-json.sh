# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/profiles.sh"
# A list of objects with nested keys.
read_sample json json.json
