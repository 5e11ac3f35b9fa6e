# SPDX-License-Identifier: Apache-2.0
set -eu
# One object with all sections; figures agree with those of rank.
cd "$TESTDATA/.."
here=$OLDPWD
"$QUIS" rank --format json testdata/demo >"$here/rank.json"
"$QUIS" show atu.sp.hossain --format json testdata/demo | python3 -c '
import json, sys
report, rank = json.load(sys.stdin), json.load(open(sys.argv[1]))
print(list(report))
print(report["command"], report["settings"])
for name in list(report)[4:]:
    print(name, list(report[name][0]))
user = report["user"][0]
row = next(row for row in rank["rows"] if row["user"] == user["user"])
for name in ("rank", "user", "flagged", "q", "p", "lookups", "expected",
             "subjects", "active_days", "signals", "reason"):
    assert user[name] == row[name], name
assert [s["signal"] for s in report["signals"] if s["telling"]] == user["signals"].split(";")
assert user["of"] == len(rank["rows"])
print(sum(d["lookups"] for d in report["days"]), sum(h["lookups"] for h in report["hours"]),
      len(report["evidence"]), sum(u["lookups"] for u in report["units"]), user["lookups"])
# askings: retries aside
print(sum(r["askings"] for r in report["explained"]))
assert len(report["hours"]) == 24
print(report["notes"])
' "$here/rank.json"
