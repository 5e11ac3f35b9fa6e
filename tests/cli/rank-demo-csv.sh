# SPDX-License-Identifier: Apache-2.0
set -eu
# Figures may be tuned, the header and who is flagged may not.
"$QUIS" rank --format csv "$TESTDATA/demo" >rank.csv
head -1 rank.csv
sed -n 2,3p rank.csv | cut -d, -f1-5
echo "users $(sed 1d rank.csv | wc -l), flagged $(grep -c ',yes,' rank.csv)"
awk -F, 'NR > 1 && $1 != NR - 1 { print "rank " $1 " in row " NR - 1 }' rank.csv
sed 1d rank.csv | awk -F, '{ n += $8 } END { print n }'
zcat "$TESTDATA"/demo/*.gz | grep -vc '^timestamp'
