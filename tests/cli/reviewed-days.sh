# SPDX-License-Identifier: Apache-2.0
set -eu
# u05 took bait on the third of May, in a minute of the report's day. A date
# clears that day, too; a moment what came before it, and of several
# reviews of a signal the last counts.
printf 'subject,honeytoken\n1888000001,yes\n' >watch.csv
PYTHONPATH=$COMMON python3 - <<'END'
import office
office.write("log.csv", [(5, 3, 1888000001)])
END
at=$(grep 1888000001 log.csv | cut -d, -f1)
echo "$at"
judge() {
	printf 'user,signal,until\n%s\n' "$@" >reviewed.csv
	"$QUIS" rank --format csv --watch watch.csv --reviewed reviewed.csv log.csv |
		awk -F, -v what="$*" '$2 == "u05" { print what ": " $5 " " $14 " " $NF }'
}
judge u05,watched,2026-05-02
judge u05,watched,2026-05-03
judge u05,watched,2026-05-03T07:59:59+06:00
judge u05,watched,2026-05-03T02:00:00Z
judge u05,lone,2026-05-31
judge u05,watched,2026-05-02 u05,*,2026-05-03
judge u05,watched,2026-05-02 u05,lone,2026-05-31
