# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
. "$COMMON/registers.sh"
# Cases closed before they were opened, told twice, of a unit and with members
# that exist nowhere; and subjects of cases that are in no register.
small_log >log.csv
printf 'unit,area\nNorth,Dhaka\nSouth,Khulna\n' >units.csv
printf 'user,unit\nasha,North\nbilal,North\nretired,South\n' >roster.csv
cat >cases.csv <<'END'
case,unit,opened,closed,lead,members
N-1/26,North,2026-04-01,2026-03-01,asha,bilal;ghost
N-2/26,North,May 2026,,,bilal;phantom;retired
N-1/26,South,2026-04-01,,,
S-7/26,Eastern,2026-04-01,,dulal,esha
S-7/26,Eastern,2026-04-01,,dulal,esha
,North,,,,
END
gzip -nc cases.csv >cases.csv.gz
printf 'subject\tcase\n1001\tN-1/26\n1001\tN-1/26\n\tN-1/26\n1005\t\n1008\tX-9/26\n1009\tX-9/26\n' \
	>case-subjects.csv
file_notes --cases cases.csv.gz log.csv
file_notes --cases cases.csv.gz --units units.csv --roster roster.csv \
	--case-subjects case-subjects.csv log.csv
register_rows rank --cases cases.csv.gz --case-subjects case-subjects.csv log.csv
# of another office
sed 's/N-/CASE N /; s/S-/CASE S /' cases.csv >other.csv
file_notes --cases other.csv log.csv
