# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Every rejected line with its file, number, reason and text, in order.
mkdir logs
{ small_log; echo 'short,line'; echo; echo '=1+1,x'; } >logs/b.csv
{ small_log; printf 'now,asha,,,,1001,,,,,\n2026-05-01,,,,,1,,,,,\n'
	printf '2026-05-01,"open,\nasha\n'; } >logs/a.csv
gzip -nc logs/a.csv | head -c 330 >logs/c.csv.gz
# an open quote at the cut
{ small_log; printf '2026-05-01T00:00:00Z,"as\n'; seq 99 | tr '\n' ','; } >quote
gzip -nc quote | head -c 520 >logs/d.csv.gz
{ small_log; head -c 300 /dev/zero | tr '\0' x; echo; } >logs/e.csv
{ small_log; printf '\377\000,a"b\r\n'; } >logs/f.csv
echo 'neither,a,log' >logs/g.csv
gzip -nc logs/g.csv | head -c 30 >logs/h.csv.gz
status=0
"$QUIS" check --format csv --max-line 256 --rejects rejects.csv logs >check.csv \
	2>/dev/null || status=$?
echo "status $status"
cat -v rejects.csv
stat -c %a rejects.csv
# As many as are counted.
python3 - <<'END'
import csv
counted = {row["file"]: int(row["rejected"])
           for row in csv.DictReader(open("check.csv", newline=""))}
kept = dict.fromkeys(counted, 0)
with open("rejects.csv", newline="", errors="surrogateescape") as f:
    for row in csv.DictReader(line.replace("\0", "") for line in f):
        kept[row["file"]] += 1
print(counted == kept, sum(kept.values()))
END
# The same whoever reads, and from any command.
for command in 'rank --threads 1' 'rank --threads 7' cat 'show asha'; do
	"$QUIS" $command --max-line 256 --rejects again.csv logs >/dev/null \
		2>&1 || :
	cmp again.csv rejects.csv
done
# Many, of many blocks.
{ small_log; seq -f 'broken %06.0f' 20000; } >many.csv
"$QUIS" rank --rejects many-rejects.csv many.csv >/dev/null 2>&1 || :
sed 1d many-rejects.csv | cut -d, -f2- | awk -F, '
	$1 != NR + 13 || $3 != sprintf("broken %06d", NR) { print "wrong: " $0 }
	END { print NR }'
small_log >good.csv
"$QUIS" rank --rejects none.csv good.csv >/dev/null
cat none.csv
