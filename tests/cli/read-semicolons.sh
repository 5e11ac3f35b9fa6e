# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Semicolons between the columns.
small_log >log.csv
tr , ";" <log.csv >other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00  other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00  other | told
