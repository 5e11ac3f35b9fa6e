# SPDX-License-Identifier: Apache-2.0
set -eu
# A subject that one unit asked for on ever so many days, and ever so many users
# of a unit each, costs no more than its lookups.
awk 'BEGIN {
	print "time,user,unit,subject"
	for (i = 0; i < 100000; i++)
		for (k = 0; k < 5; k++)
			printf "%.0f,a%d,a,1\n", 1000000000 + i * 86400, k
	for (i = 0; i < 60000; i++)
		printf "%d,u%d,u%d,1\n", 1000000000 + i, i, i
}' >log.csv
ulimit -t 10
"$QUIS" rank --format csv --threads 1 --quiet log.csv | wc -l
