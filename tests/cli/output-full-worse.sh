# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Output that fails outranks input that is damaged, and both are told.
{ small_log; echo broken; } >log.csv
status=0
"$QUIS" check log.csv >/dev/full || status=$?
echo "status $status"
