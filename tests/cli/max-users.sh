# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# More users than anybody has: another column than the one meant, says the run.
{
	echo time,user,unit,role,subject
	for i in 1 2 3 4 5; do
		echo "2026-05-01T10:00:0$i,u$i,north,clerk,$i$i$i"
	done
} >log.csv
"$QUIS" rank -q --max-users 5 --format csv log.csv | wc -l
"$QUIS" check -q --format csv log.csv | wc -l
status_of "$QUIS" rank --max-users 4 -o report.csv log.csv
ls
# in parts, each of which has fewer, unless one thread takes both
head -4 log.csv >a.csv
(head -1 log.csv; tail -2 log.csv) >b.csv
status_of "$QUIS" rank --max-users 4 --threads 2 a.csv b.csv
# which line has one too many is not told: others have been read by then
(cat log.csv; tail -4 log.csv) >c.csv
status_of "$QUIS" rank --max-users 4 c.csv
