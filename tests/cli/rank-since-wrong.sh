# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
for t in yesterday 2026-13-01 2026-02-30 90 d 90y 2026-05-01T25:00; do
	status_of "$QUIS" rank --since "$t" log.csv
done
status_of "$QUIS" rank --until soon log.csv
status_of "$QUIS" rank --since 2026-05-02 --until 2026-05-02 log.csv
