# SPDX-License-Identifier: Apache-2.0
set -eu
# What is missing, twice or out of order: a day-shift portal, five weeks long,
# one log a day, days off on Friday and Saturday, running numbers in each log.
cat >portal.py <<'END'
import datetime, os, sys
folder, flaws = sys.argv[1], sys.argv[2:]
os.mkdir(folder)
day, number = datetime.date(2026, 3, 1), 0
for _ in range(35):
    path = f"{folder}/log-{day}.csv"
    rows = []
    for hour in range(9, 17) if day.weekday() not in (4, 5) else ():
        for i in range(150):
            number += 1
            if "hours" in flaws and str(day) == "2026-03-17" and hour in (10, 11):
                continue
            minute, second = divmod(i * 24, 60)
            rows.append(f"{number},{day}T{hour:02}:{minute:02}:{second:02}+06:00,"
                        f"u{i % 7},{1000 + i}")
    if "order" in flaws and str(day) == "2026-03-03":
        rows[5], rows[9] = rows[9], rows[5]
    if "reject" in flaws and str(day) == "2026-03-04":
        rows[7] = "x," + rows[7]
    if "day" not in flaws or str(day) not in ("2026-03-24", "2026-03-25"):
        with open(path, "w") as f:
            f.write("seq,time,user,subject\n")
            f.writelines(row + "\n" for row in rows)
    day += datetime.timedelta(1)
END
tell() {
	"$QUIS" check --format csv "$1" | cut -d, -f1,13- | sed 1d |
		grep -v ',,,0,,$' || :
}
python3 portal.py good
tell good
python3 portal.py bad hours order reject day
tell bad 2>/dev/null
"$QUIS" check --format json bad 2>/dev/null | sed -n '/"gaps": \[/,/\]/p'
"$QUIS" check bad 2>/dev/null | sed -n '/seems/,$p'
# The same log again, in another place and with a line more; a part of a day.
python3 portal.py twice
{ cat twice/log-2026-03-02.csv; echo '#'; } >twice/again.csv
sed -n '1p;400,900p' twice/log-2026-03-05.csv >twice/part.csv
cp good/log-2026-03-01.csv twice/log-2026-03-10.csv
tell twice
# Too short to know days off; nights are still known.
mkdir week
cp good/log-2026-03-0[1-5].csv good/log-2026-03-0[89].csv week
tell week
sed -i '/T1[23]:/d' week/log-2026-03-03.csv
tell week
"$QUIS" rank --manifest m.json bad >/dev/null 2>&1 || :
python3 -c 'import json
for row in json.load(open("m.json"))["missing"]: print(list(row.values()))'
# The end of a day is cut off, cleanly.
sed -i '$d' good/log-2026-03-10.csv
tell good | grep -v same
# A log of a series that holds another day's lookups.
mv week/log-2026-03-08.csv x && mv week/log-2026-03-09.csv week/log-2026-03-08.csv
mv x week/log-2026-03-09.csv
tell week | grep -v 2026-03-0[35]
