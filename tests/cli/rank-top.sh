# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
for n in 1 3 6 7 1000; do
	"$QUIS" rank --top "$n" --format csv log.csv | sed 1d | wc -l
	"$QUIS" rank --top="$n" log.csv | grep -c '^ *[0-9][0-9]*  '
done
# in order of rank, and the same rows as without
"$QUIS" rank --top 3 --format csv log.csv >three
"$QUIS" rank --format csv log.csv | head -4 | cmp - three
"$QUIS" rank --top 2 --format json log.csv | grep '"top"'
