# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A pattern that never ends on hostile text is stopped, and the line counted.
small_log >log.csv
echo "2026-05-01T08:00:00Z,$(printf %05000d 0 | tr 0 a)!" >>log.csv
status=0
"$QUIS" check --format csv --pattern '^(?<time>[^,]+),(?<user>(?:\w+\.?)+),(?<unit>[^,]*),(?:[^,]*,){2}(?<subject>[^,]*)' \
	log.csv >check.csv || status=$?
told <check.csv
echo "status $status"
