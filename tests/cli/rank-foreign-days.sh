# SPDX-License-Identifier: Apache-2.0
set -eu
# A subject that one unit asked for on ever so many days, and ever so many users
# of a unit each, costs no more than its lookups. With a sanitizer there are
# fewer, as it is slow enough.
n=$((${QUIS_TEST_SMALL:-0} ? 6000 : 60000))
awk -v n=$n 'BEGIN {
	print "time,user,unit,subject"
	for (i = 0; i < n * 5 / 3; i++)
		for (k = 0; k < 5; k++)
			printf "%.0f,a%d,a,1\n", 1000000000 + i * 86400, k
	for (i = 0; i < n; i++)
		printf "%d,u%d,u%d,1\n", 1000000000 + i, i, i
}' >log.csv
ulimit -t $((${QUIS_TEST_SMALL:-0} ? 60 : 10))
lines=$("$QUIS" rank --format csv --threads 1 --quiet log.csv | wc -l)
echo $((lines - n))
