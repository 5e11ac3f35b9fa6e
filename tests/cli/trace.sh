# SPDX-License-Identifier: Apache-2.0
set -eu
# Forty officers of three units, each with sixty people of his own and twenty
# that all ask for. o07 has leaked; o21 asked for all that o07 did, and more,
# as o20 did of o06's, and so on.
python3 - <<'EOF'
rows = []
def ask(user, subject, day=1, kind="identity", outcome="found"):
    rows.append(f"2024-05-{day:02}T{len(rows) // 60 % 24:02}:"
                f"{len(rows) % 60:02}:00+06:00,o{user:02},U{user % 3},si,"
                f"{kind},{subject},{outcome}")
for user in range(40):
    for n in range(60):
        ask(user, 1700000000 + 1000 * user + n)
    for n in range(20):
        ask(user, 1900000000 + n, day=2)
for user in range(4, 14):
    for n in range(60):
        ask(user + 14, 1700000000 + 1000 * user + n, day=3)
ask(5, 1888000001, outcome="denied")
ask(5, 1888000002, day=9)
ask(5, 1888000003, kind="phone")
with open("log.csv", "w") as file:
    file.write("time,user,unit,role,kind,subject,outcome\n")
    file.write("".join(row + "\n" for row in sorted(rows)))
leaked = [1700007000 + n for n in range(0, 60, 2)]
leaked += [1700000000 + 1000 * user + 5 for user in range(10, 40)]
leaked += [1900000000 + n for n in range(20)]
with open("list.txt", "w") as file:
    file.write("# found on a channel\n")
    for subject in leaked + [1888000001, 1888000002, 1888000003, 1999999999]:
        file.write(f"{subject}\n")
with open("kinds.csv", "w") as file:
    file.write("subject,kind\n")
    for subject in leaked + [1888000003]:
        file.write(f"{subject},identity\n")
with open("popular.txt", "w") as file:
    for n in range(20):
        file.write(f"{1900000000 + n}\n")
with open("nobody.txt", "w") as file:
    file.write("1999999998\n1999999999\n")
EOF
"$QUIS" trace --format csv --top 4 --leaked-before 2024-05-09 list.txt log.csv
"$QUIS" trace --leaked-before 2024-05-09 --top 3 list.txt log.csv
# of one kind of data; nothing depends on threads, nor on the order of the list
"$QUIS" trace --format csv -q --threads 1 kinds.csv log.csv 2>/dev/null >one.csv
tail -n +2 kinds.csv | sort -r | sed '1i subject,kind' >turned.csv
"$QUIS" trace --format csv -q --threads 7 turned.csv log.csv 2>/dev/null >other.csv
cmp one.csv other.csv && sed -n 2p one.csv
# what all have asked for accuses nobody
"$QUIS" trace --exit-flagged --top 2 popular.txt log.csv
"$QUIS" trace nobody.txt log.csv
status=0
"$QUIS" trace --exit-flagged --format json list.txt log.csv >list.json 2>/dev/null || status=$?
echo "status $status"
python3 -c '
import json
report = json.load(open("list.json"))
print(report["command"], list(report["rows"][0]), report["list"], report.get("ties"))'
