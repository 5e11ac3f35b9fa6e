# SPDX-License-Identifier: Apache-2.0
set -eu
# The same bytes, however many threads work.
for args in 'rank --format csv' 'rank --format json' 'rank' 'rank --by unit --format json' \
	'check --format csv'; do
	"$QUIS" $args --threads 1 "$TESTDATA/demo" >one
	for n in 2 7; do
		"$QUIS" $args --threads $n "$TESTDATA/demo" | cmp - one
	done
	"$QUIS" $args "$TESTDATA/demo" | cmp - one
done
