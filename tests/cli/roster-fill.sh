# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
. "$COMMON/registers.sh"
# What the log leaves blank the roster fills, as it was on that day: asha was
# transferred twice. What the log says wins. chitra had left long before.
cat >log.csv <<'END'
time,user,unit,role,kind,subject
2026-05-01T23:59:59+06:00,asha,,,identity,1001
2026-05-02T00:00:00+06:00,asha,,,identity,1003
2026-05-03T08:00:00+06:00,asha,,,identity,1004
2026-05-03T09:00:00+06:00,bilal,South,,identity,1002
2026-05-04T08:00:00+06:00,chitra,,,identity,1005
END
cat >roster.csv <<'END'
user,unit,role,from,to
asha,North,constable,,2026-05-01
asha,South,inspector,2026-05-02,2026-05-02
asha,West,analyst,2026-05-03,
bilal,North,constable,,
chitra,North,constable,2020-01-01,2020-12-31
END
"$QUIS" rank --format csv --roster roster.csv log.csv 2>/dev/null |
	cut -d, -f2-4,8 | sort
# file and line are found although the log names no unit
for user in asha bilal chitra; do
	"$QUIS" show $user --format csv --roster roster.csv log.csv 2>/dev/null |
		cut -d, -f1-4,12,13 | tail -n +2
done
"$QUIS" show asha --roster roster.csv log.csv | sed -n '/^Units/,/^$/p'
# a roster of another year, and one of another office
sed -i 's/,$/,2026-12-31/; s/,,2026/,2026-01-01,2026/; s/2026/2019/g' roster.csv
file_notes --roster roster.csv log.csv
printf 'user,unit\nzahir,East\n' >roster.csv
file_notes --roster roster.csv log.csv
