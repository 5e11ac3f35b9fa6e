# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Logs of two layouts put together: the second header counts.
small_log >log.csv
{
	sed -n 1,9p log.csv
	awk -F, -v OFS=, 'NR == 1 || NR > 9 { print $6, $2, $1, $3, $4, $5, $7, $8, $9, $10, $11 }' log.csv
} >other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00  other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00  other | told
