# SPDX-License-Identifier: Apache-2.0
set -eu
# Three subjects of one line are three lookups of it; lines are counted once,
# and one without any is rejected.
cat >log.csv <<'END'
timestamp,user,unit,subject
2026-05-01T08:00:00+06:00,asha,North,1001;1002 | 1003
2026-05-01T09:00:00+06:00,asha,North,1001
2026-05-01T10:00:00+06:00,asha,North,; - |N/A
END
awk 'BEGIN { print "timestamp,user,subject"
	printf "2026-05-01T08:00:00+06:00,asha,"
	for (i = 1; i <= 257; i++) printf "%d;", i
	print "\n2026-05-01T08:00:00+06:00,asha,1" }' >many.csv
for split in ';|' ';'; do
	status=0
	"$QUIS" check --quiet --format csv --split "$split" log.csv many.csv \
		>check.csv || status=$?
	cut -d, -f1,4,7-10,13 check.csv
	echo "status $status"
done
"$QUIS" show asha --quiet --split ';|' --format json log.csv >show.json || true
python3 -c '
import json
report = json.load(open("show.json"))
print(report["settings"]["split"], report["user"][0]["lookups"])
for row in sorted(report["evidence"], key=lambda r: (r["line"], r["subject"])):
    print(row["subject"], row["line"])'
