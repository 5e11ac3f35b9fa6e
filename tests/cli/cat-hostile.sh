# SPDX-License-Identifier: Apache-2.0
set -eu
# Texts that would run in a spreadsheet, end a field, or are no text at all
# come through as they are, and no two accounts become one.
printf 'time,user,unit,subject,purpose,source,offset\n' >log.csv
n=0
for text in '=1+1' "'=1+1" "''=1+1" '+1' '-1' '@a' "'@a" "'" "''" "'a" \
	'\t=x' '\rx' "'\\rx" '""' 'a""b' 'a,b' ' a' 'a ' 'a\nb' 'a\r\nb' '\n' \
	'a\0b' '\0' '\377\376' '\303' '\342\200\256x' '\033]0;x\007' \
	'\357\273\277x' '#x' 'x\r' '<b>&amp;' '${x}' '%%s%%n'; do
	n=$((n + 1))
	printf "2026-05-01T08:00:%02d+05:30,\"$text\",\"$text\",\"x$text\",\"$text\",\"$text\",x\n" \
		$((n % 60)) >>log.csv
done
"$QUIS" cat log.csv >cat.csv
"$QUIS" cat cat.csv >again.csv
# line and file are others
python3 - <<'END'
import csv

def rows(path):
    with open(path, encoding="utf-8", errors="surrogateescape",
              newline="") as f:
        return [row[:12] for row in csv.reader(f)]

cat, again = rows("cat.csv"), rows("again.csv")
print(len(cat), cat == again, len({row[1] for row in cat}))
bad = [cell for row in cat[1:] for cell in row[1:11]
       if cell[:1] in tuple("=+-@\t\r")]
print(bad)
END
"$QUIS" cat log.csv | grep -ac ',+05:30,'
"$QUIS" rank --format csv log.csv 2>/dev/null >want || :
"$QUIS" rank --format csv cat.csv 2>/dev/null | cmp - want
"$QUIS" cat --csv-raw log.csv >raw.csv
"$QUIS" rank --format csv raw.csv 2>/dev/null | cmp - want
# Under any other header an apostrophe is one.
sed '1s/line/number/' cat.csv >other.csv
"$QUIS" rank --format csv other.csv 2>/dev/null | cmp -s - want || echo differs
