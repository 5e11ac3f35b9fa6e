# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Standard output that is closed cannot be written to.
small_log >log.csv
status=0
"$QUIS" check log.csv >&- || status=$?
echo "status $status"
