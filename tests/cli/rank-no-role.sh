# SPDX-License-Identifier: Apache-2.0
set -eu
# Roles that the log does not give are learned from what is done, and that is
# said; from too few users none are, and nobody is flagged.
zcat "$TESTDATA"/demo/*.gz | cut -d, -f1-3,5- | gzip -nc >log.gz
"$QUIS" rank --format csv --top 2 log.gz | sed 1d | cut -d, -f2,4 | sort
"$QUIS" rank --format json log.gz | grep -c 'learned from what is done'
zcat log.gz | awk -F, 'NR == 1 || $2 ~ /^atu.sp/ || $2 ~ /^rab6.asp/' >few.csv
"$QUIS" rank --exit-flagged --format csv few.csv | cut -d, -f5 | sort -u
