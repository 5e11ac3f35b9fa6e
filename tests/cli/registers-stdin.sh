# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
. "$COMMON/registers.sh"
# A register may come by a pipe.
small_log >log.csv
printf 'subject,reason\n1001,VIP\n' >watch.csv
"$QUIS" rank --watch - log.csv <watch.csv >one
"$QUIS" rank --watch watch.csv log.csv >other
cmp one other
sed -n '/^Lookups of/,/^$/p' one
printf 'subject\n' | register_rows rank --watch - log.csv
