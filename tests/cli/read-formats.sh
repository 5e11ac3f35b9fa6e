# SPDX-License-Identifier: Apache-2.0
set -eu
# The same three lookups in each format, alone and behind prefixes of syslog:
# all are found by looking, and say the same.
t=2026-05-01T10:11:1
mkdir -p plain behind
for i in 1 2 3; do
	echo "$t$i""Z,ann,ATU,88017$i,C$i" >>rows
	echo "{\"eventTime\":\"$t$i""Z\",\"user\":{\"name\":\"ann\"," \
		"\"unit\":\"ATU\"},\"nid\":88017$i,\"case\":\"C$i\"}" \
		>>plain/jsonl
	echo "ts=$t$i""Z user=ann unit=ATU nid=88017$i case=\"C$i\"" \
		>>plain/logfmt
	echo "10.0.0.1 - ann [01/May/2026:10:11:1$i +0000]" \
		"\"GET /find?nid=88017$i&case=C$i&unit=ATU HTTP/1.1\" 200 7" \
		'"-" "curl"' >>plain/combined
	echo '10.0.0.1 - - [01/May/2026:10:11:19 +0000] "GET /a.png HTTP/1.1"' \
		'200 7 "-" "curl"' >>plain/combined
	echo "2026-05-01 10:11:1$i ann /find nid=88017$i&case=C$i&unit=ATU" \
		>>w3c
done
{ echo time,user,unit,subject,case; cat rows; } >plain/csv
{ echo '#Fields: date time cs-username cs-uri-stem cs-uri-query'; cat w3c; } \
	>plain/w3c
{ echo '{"n": 3, "Records": ['; sed '$!s/$/,/' plain/jsonl; echo ']}'; } \
	>plain/json
for format in jsonl logfmt combined csv w3c; do
	sed 's/^/<13>May  1 10:11:12 host portal[7]: /' plain/$format \
		>behind/$format-3164
	sed 's/^/2026-05-01T10:11:12+06:00 host portal: /' plain/$format \
		>behind/$format-iso
	sed 's/^/<13>1 2026-05-01T10:11:12Z host portal 7 - [a b="]"] /' \
		plain/$format >behind/$format-5424
done
"$QUIS" check --format csv plain behind | cut -d, -f1,3,4,7-12
for log in plain/*; do
	"$QUIS" show ann --format csv "$log" 2>/dev/null | cut -d, -f1-3,6
done | sort | uniq -c
"$QUIS" check -v plain/json plain/combined 2>&1 >/dev/null
