# SPDX-License-Identifier: Apache-2.0
set -eu
# One object with settings, notes, inputs and rows; numbers are numbers.
"$QUIS" rank --format json "$TESTDATA/demo" | python3 -c '
import json, sys
report = json.load(sys.stdin)
print(list(report))
print(report["command"], report["settings"])
print(len(report["inputs"]), list(report["inputs"][0]))
rows = report["rows"]
print(len(rows), list(rows[0]))
print([row["user"] for row in rows if row["flagged"]])
for row in rows:
    assert type(row["flagged"]) is bool, row
    assert all(type(row[k]) is int for k in
               ("rank", "lookups", "subjects", "active_days")), row
    assert all(row[k] is None or type(row[k]) in (int, float)
               for k in ("q", "p", "expected")), row
    assert all(type(row[k]) is str for k in ("user", "unit", "role", "reason")), row
print(report["notes"])
'
