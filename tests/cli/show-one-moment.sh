# SPDX-License-Identifier: Apache-2.0
set -eu
# Finding the lines of ever so many lookups of one moment costs no more than
# reading them. With a sanitizer there are fewer, as it is slow enough.
n=$((${QUIS_TEST_SMALL:-0} ? 6000 : 60000))
awk -v n=$n 'BEGIN {
	print "time,user,unit,subject"
	for (i = 0; i < n; i++)
		printf "2026-01-05 10:00:00,one,a,s%d\n", i
	for (i = 0; i < 600; i++)
		printf "2026-01-05 10:00:%02d,u%d,a,%d\n", i % 60, i % 40, i
}' >log.csv
ulimit -t $((${QUIS_TEST_SMALL:-0} ? 60 : 10))
"$QUIS" show one --format csv --quiet log.csv >shown.csv
echo $(($(wc -l <shown.csv) - n))
grep -c ',s59,.*,log.csv,61$' shown.csv
