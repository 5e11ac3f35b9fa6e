# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# u05 took the bait, u07 asked twice for somebody watched, and two more once
# for one whom everybody asks for.
cat >watch.csv <<'END'
subject,reason,honeytoken
1888000001,planted in May,yes
1888000002,Honeytoken 2,
1700000705,witness,
1800000001,minister,no
1777777777,nobody asks for him,
END
PYTHONPATH=$COMMON python3 - <<'END'
import office
more = [(5, 3, 1888000001), (5, 4, 1888000001), (7, 9, 1700000705)]
office.write("log.csv", more)
# known to too many: no secret any more
office.write("known.csv", [(n, 3, 1888000002) for n in range(6)])
END
"$QUIS" rank --top 1 --watch watch.csv log.csv
"$QUIS" rank --top 3 --format json --watch watch.csv log.csv | python3 -c '
import json, sys
report = json.load(sys.stdin)
for row in report["watched"]:
    print(row)
for row in report["rows"]:
    print(*(row[k] for k in ("user", "flagged", "signals", "reason")))'
"$QUIS" rank --format csv --watch watch.csv log.csv | cut -d, -f2,5,14 | sed -n 2,3p
status_of "$QUIS" show u05 --exit-flagged --format csv --watch watch.csv log.csv |
	cut -d, -f1,2,10- | sed '/watched/b; /status/b; d'
"$QUIS" show u05 --watch watch.csv log.csv | grep -A 2 '^watched'
# bait alone, and without the signal
"$QUIS" rank --top 1 --watch watch.csv --without watched log.csv | sed -n '1,3p; /^note: left/p; /^Lookups/p'
"$QUIS" rank --top 1 --format csv --watch watch.csv known.csv | cut -d, -f5,14
# nobody was looked up
printf 'subject\n1777777777\n' >none.csv
"$QUIS" rank --top 1 --watch none.csv log.csv | sed -n '/^Lookups/,/^note: .*watch/p'
