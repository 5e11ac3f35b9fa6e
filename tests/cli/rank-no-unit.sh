# SPDX-License-Identifier: Apache-2.0
set -eu
# Without units peers cannot be told apart, so nobody is flagged; and it is said.
zcat "$TESTDATA"/demo/*.gz | cut -d, -f1,2,4- | gzip -nc >log.gz
"$QUIS" rank --exit-flagged --format csv log.gz | sed 1d | cut -d, -f3,5 | sort -u
"$QUIS" rank log.gz | tr -s ' \n' ' ' | grep -o 'the log has no unit .*: nobody is flagged'
