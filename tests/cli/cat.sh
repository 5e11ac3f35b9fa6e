# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# The lookups, normalised, from wherever they were.
small_log >b.csv
cat >a.csv <<'END'
login;when;nid;ts
# a remark
asha;x;1001;2026-05-01 10:00:00.250
asha;x
bilal;x;NULL;2026-05-01 10:00:00
bilal;x;১০০২ ;1777629600
END
"$QUIS" cat --timezone Asia/Dhaka a.csv b.csv | sed -n '1,5p;$p'
"$QUIS" cat --format jsonl b.csv | sed -n '3,4p'
"$QUIS" cat --rewrite 'subject=/^017/17/' b.csv | sed -n '4p'
"$QUIS" cat --split + - <<'END'
time,user,subject
2026-05-01T08:00:00Z,asha,1 + 2+3
END
# No row is printed twice, and no register or judgement takes part.
cp b.csv copy.csv
"$QUIS" cat b.csv copy.csv | wc -l
status_of "$QUIS" cat --roster x b.csv
status_of "$QUIS" cat --format table b.csv
status_of "$QUIS" cat
# One config serves all commands.
printf 'format = json\ntimezone = Asia/Dhaka\n' >json.conf
printf 'format = jsonl\n' >jsonl.conf
"$QUIS" cat --config json.conf b.csv | wc -l
"$QUIS" cat --config jsonl.conf b.csv | head -1 | cut -c1-20
"$QUIS" check --config jsonl.conf b.csv | head -1
printf 'format = xml\n' >xml.conf
status_of "$QUIS" cat --config xml.conf b.csv
# Not whole, and told to be: what there is comes all the same.
gzip -nc b.csv | head -c 300 >cut.csv.gz
status=0
"$QUIS" cat cut.csv.gz >cut || status=$?
echo "status $status"
head -1 cut
