# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# The days of the report's zone decide about active days.
small_log >log.csv
for zone in Asia/Dhaka UTC America/New_York -03:30; do
	echo "$zone"
	"$QUIS" rank --format csv --report-timezone "$zone" log.csv | sed 1d | cut -d, -f2,11 | sort | paste -sd' '
done
