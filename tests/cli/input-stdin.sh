# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# "-" is standard input, compressed or not.
small_log >log.csv
gzip -nc log.csv >log.gz
"$QUIS" rank --format csv log.csv >want
"$QUIS" rank --format csv - <log.csv | cmp - want
"$QUIS" rank --format csv - <log.gz | cmp - want
cat log.gz | "$QUIS" rank --format csv -- - | cmp - want
cat log.gz | "$QUIS" check --format csv - | told
