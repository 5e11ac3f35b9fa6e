# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
for map in user=nobody user=99 user=0 user= user who=user =user; do
	status_of "$QUIS" rank --map "$map" log.csv
done
