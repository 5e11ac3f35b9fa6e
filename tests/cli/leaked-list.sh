# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A list as it was found: u05 asked for eight of it. However it is written, the
# same subjects make the same report.
PYTHONPATH=$COMMON python3 - <<'END'
import office
office.write("log.csv", [(7, 20, 1700000500), (8, 3, 1888000001, "denied"),
                         (9, 25, 1888000002)])
END
subjects=$(seq 1700000500 1700000507)
trace() {
	"$QUIS" trace --format csv "$@" log.csv 2>/dev/null
}
echo "$subjects" >plain.txt
trace plain.txt >want
sed -n 2,3p want | cut -d, -f1-4,7-
same() {
	trace "$@" | cmp - want && echo "same: $*"
}
{ echo subject; echo "$subjects"; } >header.txt
{ echo; echo "$subjects" | sed 's/^/  "/; s/$/" /; 3s/$/\n\n/'; } >quoted.txt
echo "$subjects" | sed 's/$/\r/' >crlf.txt
{ echo "# found"; echo "$subjects"; echo "$subjects" | sort -r; } >twice.txt
{ printf '\357\273\277'; echo "$subjects"; } >mark.txt
{ echo 'name;phone'; echo "$subjects" | sed 's/^/x;/'; } >columns.txt
gzip -nc plain.txt >plain.txt.gz
for list in header quoted crlf twice mark columns; do
	same $list.txt
done
same plain.txt.gz
trace - <plain.txt | cmp - want && echo same: -
# what is repeated counts once
"$QUIS" trace --top 1 twice.txt log.csv | sed -n 1,6p
# read, but of no use; or of no subject at all
echo 'Md. Karim of Khulna' >unknown.txt
printf '# only\n\n# words\n' >empty.txt
status_of "$QUIS" trace --exit-flagged --top 1 unknown.txt log.csv
status_of "$QUIS" trace empty.txt log.csv
printf '\n' | status_of "$QUIS" trace - log.csv
# denied lookups told nobody anything; and what was looked up later was not leaked
printf '%s\n' "$subjects" 1888000001 1888000002 1999999999 >more.txt
"$QUIS" trace --top 1 --leaked-before 2026-05-19 more.txt log.csv | sed -n 1,6p
"$QUIS" trace --top 3 --format csv more.txt log.csv 2>/dev/null | cut -d, -f2,7,9
for before in 2026-05-01 2026-04-01; do
	status_of "$QUIS" trace --leaked-before $before --format csv --top 1 plain.txt log.csv
done
