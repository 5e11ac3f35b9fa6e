# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
for format in xml '' CSV 'table|csv'; do
	status_of "$QUIS" rank --format "$format" log.csv
done
