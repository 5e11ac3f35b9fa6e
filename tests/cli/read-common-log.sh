# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Times as web servers write them.
small_log >log.csv
{
	echo "$head_line"
	small_body | while IFS= read -r line; do
		echo "[$(TZ=UTC-6 LC_ALL=C date -d "${line%%,*}" '+%d/%b/%Y:%H:%M:%S %z')],${line#*,}"
	done
} >other
sed -n 2p other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00  other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00  other | told
