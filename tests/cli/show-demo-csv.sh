# SPDX-License-Identifier: Apache-2.0
set -eu
# CSV is the evidence alone; files and lines are those of the export.
cd "$TESTDATA/.."
"$QUIS" show rab6.asp.hakim --format csv --top 3 testdata/demo
"$QUIS" show rab6.asp.hakim --format csv testdata/demo | python3 -c '
import csv, gzip, sys
n, read = 0, {}
for row in csv.DictReader(sys.stdin):
    if row["file"] not in read:
        read[row["file"]] = gzip.open(row["file"], "rt").read().split("\n")
    line = next(csv.reader([read[row["file"]][int(row["line"]) - 1]]))
    time, user, unit, role, kind, subject, case, _, source, area, _ = line
    assert user == "rab6.asp.hakim", line
    want = time, unit, role, kind, subject, case, source, area
    assert want == tuple(row[k] for k in (
        "time", "unit", "role", "kind", "subject", "case", "source", "area")), (row, line)
    n += 1
print(n, "lookups, each on its line")
'
