# SPDX-License-Identifier: Apache-2.0
set -eu
# The same ranking, compressed or plain, in one file or in many.
"$QUIS" rank --format csv "$TESTDATA/demo" >want
zcat "$TESTDATA"/demo/*.gz | awk 'NR == 1 || !/^timestamp/' >all.csv
"$QUIS" rank --format csv all.csv | cmp - want
gzip -nc all.csv >all.gz
"$QUIS" rank --format csv all.gz | cmp - want
cat "$TESTDATA"/demo/*.gz >members.gz
"$QUIS" rank --format csv members.gz | cmp - want
mkdir parts
sed 1d all.csv | split -l 1500 - parts/part-
for f in parts/part-*; do
	{ head -1 all.csv; cat $f; } >$f.csv
	rm $f
done
"$QUIS" rank --format csv parts | cmp - want
