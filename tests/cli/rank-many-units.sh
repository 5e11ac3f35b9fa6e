# SPDX-License-Identifier: Apache-2.0
set -eu
# One user who is of another unit with each lookup costs no more than others.
# With a sanitizer there are fewer, as it is slow enough.
n=$((${QUIS_TEST_SMALL:-0} ? 15000 : 150000))
awk -v n=$n 'BEGIN {
	print "time,user,unit,subject"
	for (i = 0; i < n; i++)
		printf "%d,a,u%d,%d\n", 1714521600 + i, i, 1000000000 + i
}' >log.csv
ulimit -t $((${QUIS_TEST_SMALL:-0} ? 60 : 10))
"$QUIS" rank --format csv --threads 1 --quiet log.csv | wc -l
