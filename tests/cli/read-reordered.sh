# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Columns in another order, and one that is none of ours.
small_log >log.csv
awk -F, -v OFS=, '{ print $11, $6, $2, (NR > 1 ? "x" : "session"), $1, $4, $3, $5, $8, $7, $10, $9 }' \
	log.csv >other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00  other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00  other | told
