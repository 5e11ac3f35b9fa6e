# SPDX-License-Identifier: Apache-2.0
set -eu
# Logs that hardly hold anything: a report all the same, that says what could
# not be compared; and nobody is flagged.
head=time,user,unit,role,kind,subject,case,source,area
row() {
	echo "2026-05-0$1T0$2:00:00Z,$3,N,con,id,$4,c1,10.0.0.1,D"
}
{ echo $head; row 1 8 a 1; } >one-line.csv
{
	echo $head
	for day in 1 2 3; do for i in 1 2 3 4; do row $day $i a $day$i; done; done
} >one-user.csv
{
	echo $head
	for user in a b c d e f; do for i in 1 2 3 4; do row 1 $i $user $i; done; done
} >one-day.csv
{
	echo $head
	for user in a b c d e f; do for i in 1 2 3 4; do row $i 1 $user 77; done; done
} >one-subject.csv
cut -d, -f1,2,4- one-subject.csv >no-unit.csv
cut -d, -f1-3,5- one-subject.csv >no-role.csv
cut -d, -f1-6,8- one-subject.csv >no-case.csv
cut -d, -f1,2,6 one-subject.csv >bare.csv
for log in one-line one-user one-day one-subject no-unit no-role no-case bare; do
	echo "$log"
	"$QUIS" rank --top 2 $log.csv
	"$QUIS" rank --format csv $log.csv 2>/dev/null | cut -d, -f1,2,5-7,12,13 | sed -n 2p
	"$QUIS" rank --by unit --format csv $log.csv 2>/dev/null | cut -d, -f1-5 | sed -n 2p
	"$QUIS" show --format csv --top 1 a $log.csv 2>/dev/null | tail -1
done
echo $head >empty.csv
status=0
"$QUIS" rank empty.csv || status=$?
echo "status $status"
