# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
for zone in Asia/Daca +25:00 ../../etc/passwd /etc/localtime '' Dhaka; do
	status_of "$QUIS" check --timezone "$zone" log.csv
done
status_of "$QUIS" rank --report-timezone Mars/Olympus log.csv
