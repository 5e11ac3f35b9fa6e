# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# The same instants in UTC.
small_log >log.csv
{
	echo "$head_line"
	small_body | while IFS= read -r line; do
		echo "$(date -u -d "${line%%,*}" +%Y-%m-%dT%H:%M:%SZ),${line#*,}"
	done
} >other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00  other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00  other | told
