# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A full disk is told, and is status 4.
small_log >log.csv
for format in table csv json; do
	status=0
	"$QUIS" rank --format "$format" log.csv >/dev/full || status=$?
	echo "status $status"
done
status_of "$QUIS" check -o /dev/full log.csv
status=0
"$QUIS" rank --help >/dev/full 2>&1 || status=$?
echo "status $status"
status=0
"$QUIS" --version >/dev/full 2>&1 || status=$?
echo "status $status"
