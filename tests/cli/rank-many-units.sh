# SPDX-License-Identifier: Apache-2.0
set -eu
# One user who is of another unit with each lookup costs no more than others.
awk 'BEGIN {
	print "time,user,unit,subject"
	for (i = 0; i < 150000; i++)
		printf "%d,a,u%d,%d\n", 1714521600 + i, i, 1000000000 + i
}' >log.csv
ulimit -t 10
"$QUIS" rank --format csv --threads 1 --quiet log.csv | wc -l
