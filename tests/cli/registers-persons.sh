# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
. "$COMMON/registers.sh"
# An identifier of two persons joins neither; who has a hundred is nobody.
small_log >log.csv
{
	echo subject,person
	for n in $(seq 1 64); do echo "70000$n,fits"; done
	for n in $(seq 1 65); do echo "80000$n,crowd"; done
	echo '1001,p1
01711000003,p1
1001,p1
1007,p2
1007,p3
1007,p4
1008,
,p3'
} >persons.csv
file_notes --persons persons.csv log.csv
echo '1010,p9,x' >>persons.csv
file_notes --persons persons.csv log.csv
register_rows rank --persons persons.csv log.csv
