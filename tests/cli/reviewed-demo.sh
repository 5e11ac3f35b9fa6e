# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Who was looked into is not flagged again for what was found, and the report
# tells who cleared what; but for what he goes on doing afterwards.
of_hakim() {
	printf 'user,signal,until,by,why\n%s\n' "$1" >reviewed.csv
	"$QUIS" rank --reviewed reviewed.csv --format json "$TESTDATA/demo" 2>/dev/null |
		python3 -c '
import json, sys
report = json.load(sys.stdin)
for row in report["rows"]:
    if row["user"] == "rab6.asp.hakim":
        print("flagged", row["flagged"], "cleared", row["cleared"])
        print(*(r for r in row["reason"].split("; ") if "cleared" in r or
                "nothing" in r), sep="\n")
print(*(n for n in report["notes"] if "review" in n or "flagged" in n), sep="\n")'
}
of_hakim 'rab6.asp.hakim,*,2024-04-27,insp. general,"sanctioned, file 12"'
of_hakim 'rab6.asp.hakim,all,2024-04-05,,'
# one signal of all; a word that is none, and a user who is none
of_hakim 'rab6.asp.hakim,lone,2024-04-27,a.k.,
rab6.asp.hakim,loan,2024-04-27,,
rab6.asp.hakin,*,2024-04-27,,'
