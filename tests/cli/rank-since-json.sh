# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# What a window was taken for stands in the report.
small_log >log.csv
"$QUIS" rank --format json --since 1d --until 2026-05-03 log.csv |
	grep -E '"(since|until)"' | cut -c1-29
