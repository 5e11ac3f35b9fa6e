# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A byte order mark is no part of the first header.
small_log >log.csv
{ printf '\357\273\277'; cat log.csv; } >other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00  other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00  other | told
