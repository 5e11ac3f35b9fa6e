# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# 90d counts back from the last lookup, which is included.
small_log >log.csv
lookups() {
	"$QUIS" rank --format csv "$@" log.csv | sed 1d |
		awk -F, '{ n += $8 } END { print n + 0 }'
}
echo "90d $(lookups --since 90d)"
echo "1d $(lookups --since 1d)"
echo "13h $(lookups --since 13h)"
echo "14h $(lookups --since 14h)"
echo "1m $(lookups --since 1m)"
echo "until 1d $(lookups --until 1d)"
echo "until 1m $(lookups --until 1m)"
