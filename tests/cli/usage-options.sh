# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Options in every spelling, before and behind the logs.
small_log >log.csv
"$QUIS" rank --format csv --top 2 log.csv >want
"$QUIS" rank --format=csv --top=2 log.csv | cmp - want
"$QUIS" rank log.csv --top 2 --format csv | cmp - want
"$QUIS" rank -q --top 3 log.csv --top 2 --format csv | cmp - want
"$QUIS" rank -qoout --top 2 --format csv log.csv
cmp out want
"$QUIS" rank -qo out2 --top 2 --format csv -- log.csv
cmp out2 want
cp log.csv ./--top
"$QUIS" rank --format csv --top 2 -- --top | cmp - want
