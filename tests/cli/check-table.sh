# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
: >empty.csv
"$QUIS" check log.csv empty.csv
