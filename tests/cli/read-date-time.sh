# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Date and time of day in two columns.
small_log >log.csv
sed '1s/timestamp/date,time/; 2,$s/T\(..:..:..\)/,\1/' log.csv >other
sed -n 2p other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00  other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00  other | told
