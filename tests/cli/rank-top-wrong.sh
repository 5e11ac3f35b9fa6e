# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
for n in 0 -1 x 1x '' 18446744073709551616; do
	status_of "$QUIS" rank --top "$n" log.csv
done
