# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A date is midnight where the log counts its days; --until is not included.
small_log >log.csv
lookups() {
	"$QUIS" rank --format csv "$@" log.csv | sed 1d |
		awk -F, '{ n += $8 } END { print n + 0 }'
}
echo "all $(lookups)"
echo "since $(lookups --since 2026-05-02)"
echo "until $(lookups --until 2026-05-02)"
echo "between $(lookups --since 2026-05-01 --until 2026-05-03)"
echo "utc day $(lookups --report-timezone UTC --since 2026-05-02)"
echo "utc time $(lookups --since 2026-05-01T18:00:00Z)"
echo "offset $(lookups --since 2026-05-02T00:00:00+06:00)"
echo "local $(lookups --since 2026-05-02T00:00)"
echo "a second later $(lookups --since 2026-05-02T00:00:01)"
echo "blank $(lookups --since '2026-05-02 08:00:01')"
echo "half-open $(lookups --until 2026-05-02T08:00:01)"
