# SPDX-License-Identifier: Apache-2.0
set -eu
# Every line of the demo is accounted for.
"$QUIS" check --format csv "$TESTDATA/demo" >check.csv
sed 1d check.csv | awk -F, '
	$7 != $8 + $9 + $10 { print "not conserved: " $0 }
	{ lines += $7; accepted += $8; rejected += $9; skipped += $10 }
	END { print NR, lines, accepted, rejected, skipped }'
zcat "$TESTDATA"/demo/*.gz | wc -l
sed 1d check.csv | cut -d, -f2-4 | sort | uniq -c | sed 's/^ *//'
sed 1d check.csv | cut -d, -f1 | sort -c
