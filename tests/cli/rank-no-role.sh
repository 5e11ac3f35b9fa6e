# SPDX-License-Identifier: Apache-2.0
set -eu
# Without roles nobody can be compared, so nobody is flagged; and it is said.
zcat "$TESTDATA"/demo/*.gz | cut -d, -f1-3,5- | gzip -nc >log.gz
"$QUIS" rank --format csv log.gz | sed 1d | cut -d, -f4,5 | sort | uniq -c | sed 's/^ *//'
"$QUIS" rank --format json log.gz | grep -c 'no role'
"$QUIS" rank log.gz | tr -s ' \n' ' ' | grep -o 'the log has no role .*: nobody is flagged'
"$QUIS" rank --exit-flagged --format csv log.gz >/dev/null
