# SPDX-License-Identifier: Apache-2.0
set -eu
# Without cases the signal that needs them is left out; and it is said.
zcat "$TESTDATA"/demo/*.gz | cut -d, -f1-6,8- | gzip -nc >log.gz
"$QUIS" rank --format csv log.gz | sed 1d | cut -d, -f14 | grep -c no-case || true
"$QUIS" rank log.gz | tr -s ' \n' ' ' | grep -o 'signal no-case is left out: the log has no case'
