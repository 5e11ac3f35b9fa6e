# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Times without an offset are what --timezone says.
small_log >log.csv
sed 's/+06:00//' log.csv >other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00 --timezone Asia/Dhaka other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00 --timezone Asia/Dhaka other | told
