# SPDX-License-Identifier: Apache-2.0
set -eu
# Units, in CSV: the header, every unit once, all users and lookups counted.
"$QUIS" rank --by unit --format csv "$TESTDATA/demo" >units.csv
head -1 units.csv
sed 1d units.csv | cut -d, -f2 | sort
sed 1d units.csv | awk -F, '{ n += $8; f += $7 } END { print n, "lookups,", f, "flagged" }'
