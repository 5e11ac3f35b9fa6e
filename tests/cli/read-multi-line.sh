# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A quoted record over several lines is one record.
small_log >log.csv
sed '3s/investigation/"first line\nsecond, ""line""\n\nfourth"/' log.csv >other
wc -l <other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00  other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00  other | told
