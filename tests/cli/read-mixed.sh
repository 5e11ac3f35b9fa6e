# SPDX-License-Identifier: Apache-2.0
set -eu
# A portal that was updated three times, and damaged lines between: formats
# that change are followed, damage is counted.
t=2026-05-01T10:11:1
{
	printf 'time,user,subject\n'
	printf '%s,ann,1\n' ${t}1Z ${t}2Z
	printf '\0\0 damage, and\n'
	printf '{"half a li\n'
	printf '%s,ann,1\n' ${t}3Z
	printf '{"ts":"%s","user":"ann","nid":2}\n' ${t}4Z ${t}5Z ${t}6Z
	printf '{"ts":"%s","user":"ann","ni\n' ${t}7Z
	printf 'subject\tuser\ttime\n'
	printf '3\tann\t%s\n' ${t}8Z ${t}9Z
	printf '#Software: portal\n#Fields: date time cs-username cs-uri-query\n'
	printf '2026-05-01 10:11:%s ann nid=4\n' 20 21
} >portal.log
"$QUIS" check --format csv portal.log || echo "exit $?"
"$QUIS" show ann --format csv portal.log 2>/dev/null | cut -d, -f1,2,13
