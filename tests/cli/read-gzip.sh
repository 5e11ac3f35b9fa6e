# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Compression is found by looking, whatever the name.
small_log >log.csv
gzip -nc log.csv >other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00  other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00  other | told
