# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Every field in quotes.
small_log >log.csv
sed 's/,/","/g; s/^/"/; s/$/"/' log.csv >other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00  other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00  other | told
