# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A copy under another name is counted once; alone it is no damage.
small_log >log.csv
mkdir copies
cp log.csv copies/again.csv
ln -s ../log.csv copies/link.csv
"$QUIS" rank --format csv log.csv >want
"$QUIS" rank --format csv log.csv copies | cmp - want
"$QUIS" check --format csv log.csv copies log.csv ./log.csv | cut -d, -f1,4,7-10,13
"$QUIS" check -v log.csv copies/again.csv >/dev/null
