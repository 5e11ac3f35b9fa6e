# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A date without dashes, and the time without a zone.
small_log >log.csv
sed '1s/timestamp/date,time/; 2,$s/^\(....\)-\(..\)-\(..\)T\(..:..:..\)+06:00/\1\2\3,\4/' \
	log.csv >other
sed -n 2p other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00 --timezone Asia/Dhaka other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00 --timezone Asia/Dhaka other | told
