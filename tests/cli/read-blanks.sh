# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Blanks around the fields.
small_log >log.csv
sed 's/,/ , /g' log.csv >other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00  other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00  other | told
