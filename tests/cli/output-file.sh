# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# -o writes the file whole, for its owner only, and nothing else.
small_log >log.csv
umask 0
"$QUIS" rank --format csv log.csv >want
"$QUIS" rank --format csv -o rank.csv log.csv
cmp rank.csv want
stat -c %a rank.csv
echo old >check.json
"$QUIS" check --format json --output=check.json log.csv
head -1 check.json
ls -A
