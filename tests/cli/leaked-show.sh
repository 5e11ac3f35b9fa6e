# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
. "$COMMON/registers.sh"
# What is on the list comes first and is marked, but for what was refused, or is
# another kind of data than the list names.
small_log >log.csv
printf '1010\n1007\nKHA-11-0012\n' >list.txt
for user in esha farid bilal asha; do
	"$QUIS" show $user --format csv --leaked list.txt log.csv 2>/dev/null |
		tail -n +2 | cut -d, -f1,2,9,11-
done
printf 'subject,kind\nKHA-11-0012,identity\nKHA-11-0006,vehicle\n' >kinds.csv
"$QUIS" show farid --format csv --leaked kinds.csv log.csv 2>/dev/null |
	tail -n +2 | cut -d, -f1,2,11-
"$QUIS" show farid --leaked list.txt log.csv | sed -n '/^Evidence/,/^$/p; /list/p'
register_rows show farid --leaked list.txt log.csv
printf '1010\n"1007\n' >torn.txt
status_of "$QUIS" show farid --leaked torn.txt --format csv log.csv | tail -n 1
