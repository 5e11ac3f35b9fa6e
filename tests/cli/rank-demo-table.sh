# SPDX-License-Identifier: Apache-2.0
set -eu
# The planted two lead the table, nobody else is flagged, twenty are shown.
"$QUIS" rank "$TESTDATA/demo" >table
grep -E '^ *[0-9]+  ' table | head -2 | tr -s ' '  | cut -d' ' -f2,3
echo "$(grep -Ec '^ *[0-9]+  ' table) rows, $(grep -c ' yes ' table) flagged"
awk 'length > 120 { print "too wide: " $0 }' table
head -1 table | tr -s ' ' '\n'
tail -2 table
