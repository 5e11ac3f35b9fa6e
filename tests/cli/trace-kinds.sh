# SPDX-License-Identifier: Apache-2.0
set -eu
# One subject that is listed for several kinds of data, and for any, is one
# subject: not four hits, which would accuse whoever asked for it. A kind that
# no lookup is of is told.
{
	echo subject,kind
	for kind in '' criminal-record identity passport CDR; do
		echo "19821008961643863,$kind"
	done
} >list.csv
"$QUIS" trace list.csv "$TESTDATA/demo" --top 1
