# SPDX-License-Identifier: Apache-2.0
set -eu
# What cat prints is read again to the same lookups, offsets too.
"$QUIS" cat "$TESTDATA/demo" >cat.csv
"$QUIS" cat cat.csv | cut -d, -f1-12 >again.csv
cut -d, -f1-12 cat.csv | cmp - again.csv
"$QUIS" rank --format csv "$TESTDATA/demo" >want
"$QUIS" rank --format csv cat.csv | cmp - want
"$QUIS" rank --format csv --report-timezone UTC "$TESTDATA/demo" >utc
cmp -s want utc && echo "offsets make no difference?"
"$QUIS" rank --format csv --by unit "$TESTDATA/demo" >want
"$QUIS" rank --format csv --by unit cat.csv | cmp - want
"$QUIS" cat --csv-raw "$TESTDATA/demo" >raw.csv
"$QUIS" cat raw.csv | cut -d, -f1-12 | cmp - again.csv
"$QUIS" cat --format jsonl "$TESTDATA/demo" >cat.jsonl
"$QUIS" cat cat.jsonl | cut -d, -f1-12 | cmp - again.csv
"$QUIS" rank --format csv --by unit cat.jsonl | cmp - want
# Whatever there was before, and whatever the threads.
"$QUIS" cat --threads 1 "$TESTDATA/demo" | cmp - cat.csv
"$QUIS" cat -o out.csv "$TESTDATA/demo"
cmp out.csv cat.csv
stat -c %a out.csv
# Times that named no offset name none again.
printf 'time,user,subject\n2026-05-01T08:00:00,asha,1\n' >log.csv
"$QUIS" cat --timezone Asia/Dhaka log.csv >one.csv
"$QUIS" cat --timezone Asia/Dhaka one.csv | sed s/one.csv/log.csv/ | cmp - one.csv
"$QUIS" check -v --timezone Asia/Dhaka one.csv 2>&1 >/dev/null | grep zone
# An offset that is none is no time.
sed 's/Z,asha,,,,1,,,,,,,/Z,asha,,,,1,,,,,,6,/' one.csv >bad.csv
"$QUIS" cat bad.csv || :
