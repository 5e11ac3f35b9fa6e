# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# 1001 and 1005 are a number and a telephone of one person: dulal asked for one
# person twice, and asha, who asked for 1001, is somebody who asked as well.
# Reports name what the log names.
small_log >log.csv
printf 'subject,person\n1001,p\n1005,p\n' >persons.csv
# an identifier of two persons joins neither
printf 'subject,person\n1001,p\n1005,p\n1001,q\n' >shared.csv
# half the country in one person
{
	echo subject,person
	for n in $(seq 1001 1100); do echo $n,crowd; done
} >crowd.csv
for persons in none persons shared crowd; do
	echo $persons
	test $persons = none || set -- --persons $persons.csv
	"$QUIS" show dulal --format csv "$@" log.csv | cut -d, -f1,2,6,10-
	"$QUIS" rank --format csv "$@" log.csv | sort -t , -k 2 |
		cut -d, -f2,8,10 | grep -v -e user -e farid | tr '\n' ' '
	echo
done
# rewritten to the same first, then joined
sed 's/,1005,/,NID-1005,/' log.csv >prefixed.csv
"$QUIS" show dulal --format csv --persons persons.csv \
	--rewrite 'subject=/NID-//' prefixed.csv | cut -d, -f1,2,6,10-
# by a pipe
"$QUIS" show dulal -q --format csv --persons persons.csv - <log.csv |
	cut -d, -f1,2,6,10-
