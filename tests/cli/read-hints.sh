# SPDX-License-Identifier: Apache-2.0
# What stands in the way of a log is told with what to do about it.
echo '2026-05-01 10:11:12|OFFICER 4711|LOGIN' >headless
echo 'timestamp,who,unit,area,whom' >units-like
echo '<13>May  1 10:11:12 host portal: user=ann subject=1' >undated
{
	echo '#Fields: date time cs-username c-ip cs-uri-query'
	printf '%s\n' '2026-05-01 10:11:12 POLICE\ann 10.0.0.1 nid=1990' \
		'2026-05-01 10:11:13 POLICE\bob 10.0.0.2 nid=1991'
} >iis
echo '10.0.0.1 - - [01/May/2026:10:11:12 +0600] "GET /a HTTP/1.1" 200 9' >web
printf 'lookup nid = /^2/\n' >none.profile
echo 'time-format = %d.%m.%Y %H:%M' >dots.profile
for log in headless units-like; do
	"$QUIS" check "$log"
	echo "exit $?"
done
# what comes by a pipe was written nobody knows when
cat undated | "$QUIS" check - | tail -n 1
"$QUIS" check --profile none.profile iis | tail -n 1
"$QUIS" check --profile dots.profile iis | tail -n 1
"$QUIS" rank web | grep -A 1 'no users'
# a name is found as reports write it, too
"$QUIS" rank iis --top 1 | sed -n 2p
"$QUIS" show 'POLICE\\ann' iis | sed -n 3p
"$QUIS" show 'POLICE\ann' iis | sed -n 3p
