# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Logs put together: the header comes again.
small_log >log.csv
{ sed -n 1,5p log.csv; sed -n 1p log.csv; sed -n '6,$p' log.csv; } >other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00  other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00  other | told
