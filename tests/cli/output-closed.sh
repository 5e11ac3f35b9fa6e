# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Standard output that is closed cannot be written to.
small_log >log.csv
status=0
"$QUIS" check log.csv >&- || status=$?
echo "status $status"
# Nor do messages ever go into a file that took the number of standard error.
"$QUIS" cat -v -o cat.csv log.csv 2>&- >&- <&-
head -n 1 cat.csv
status_of "$QUIS" check - <&-
