# SPDX-License-Identifier: Apache-2.0
set -eu
# Whoever inflates: whole logs, cut ones, flipped ones, and several members.
for file in "$TESTDATA"/demo/*.gz; do
	cat "$file"
done >all.gz
size=$(wc -c <all.gz)
head -c $((size / 2)) all.gz >cut.gz
{ head -c $((size / 3)) all.gz; printf 'flip'; tail -c +$((size / 3 + 5)) all.gz; } >flipped.gz
{ cat all.gz; printf 'garbage'; } >garbage.gz
for file in all cut flipped garbage; do
	for command in check rank; do
		status=0
		"$QUIS" $command --inflate zlib --format csv $file.gz \
			>zlib.csv 2>zlib.txt || status=$?
		for threads in 1 2; do
			again=0
			"$QUIS" $command --inflate auto --threads $threads \
				--format csv $file.gz >auto.csv 2>auto.txt ||
				again=$?
			cmp zlib.csv auto.csv
			cmp zlib.txt auto.txt
			[ $status = $again ]
		done
		echo "$command $file $status"
	done
done
"$QUIS" check --inflate fast all.gz
