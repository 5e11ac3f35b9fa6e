# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# u04 is refused again and again, in words that portals have for it; who is
# refused once is like others. What was refused is marked in the evidence.
PYTHONPATH=$COMMON python3 - <<'END'
import office
more = [(4, 15 + n, 1888000000 + n, word) for n, word in enumerate(
    "denied DENIED refused forbidden Denied denied denied denied".split())]
more += [(user, 16, 1888000000, "denied") for user in range(0, 24, 3)]
office.write("log.csv", more)
office.write("without.csv", columns="time,user,unit,role,kind,subject,case")
office.write("known.csv", [(4, 15, 1888000000, "perhaps")])
END
"$QUIS" show u04 --format json log.csv 2>/dev/null | python3 -c '
import json, sys
report = json.load(sys.stdin)
for row in report["signals"]:
    if row["signal"] == "denied":
        print(row["telling"], row["phrase"])
print([row["subject"] for row in report["evidence"] if "denied" in row["why"]])
print([row["outcome"] for row in report["evidence"]].count("denied"))'
"$QUIS" rank --top 2 --format csv log.csv | cut -d, -f2,14
"$QUIS" show u04 without.csv | grep -A 1 '^denied'
"$QUIS" rank without.csv | grep outcome
# a word that is none of them is no refusal
"$QUIS" show u04 --format csv known.csv 2>/dev/null | cut -d, -f2,9,11 | grep 1888
