# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Names of files are as hostile as what they hold.
mkdir logs
n=0
for name in '=cmd()' "$(printf 'esc\033[31mred')" "$(printf 'new\nline')" \
	"$(printf 'bad\377utf')" 'quote",' '-rf'; do
	n=$((n + 1))
	echo "$head_line" >"logs/$name"
	echo "2026-05-03T08:00:00+06:00,a,North,constable,identity,$n,,,,," >>"logs/$name"
	echo broken >>"logs/$name"
done
status=0
"$QUIS" check logs >table || status=$?
echo "status $status"
sed 's/  .*//' table | grep .
cd logs
"$QUIS" check --format csv -- -rf '=cmd()' 2>/dev/null | sed 1d | cut -d, -f1
"$QUIS" check --format csv --csv-raw -- -rf '=cmd()' 2>/dev/null | sed 1d | cut -d, -f1
