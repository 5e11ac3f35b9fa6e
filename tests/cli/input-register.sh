# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A register instead of a log is told as what it is.
echo 'user,unit,role
asha,North,constable' >roster.csv
echo 'case,unit,opened,closed
N-1/26,North,2026-04-01,' >cases.csv
echo 'unit,area
North,Dhaka' >units.csv
echo 'subject,person
1001,1' >persons.csv
echo 'case,subject
N-1/26,1001' >case-subjects.csv
for f in roster cases units persons case-subjects; do
	status_of "$QUIS" rank $f.csv
done
