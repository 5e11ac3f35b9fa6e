# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Sixteen physical lines are a record, seventeen are not.
record() {
	printf '2026-05-02T10:00:00+06:00,asha,North,constable,identity,1001,,"'
	i=1
	while [ $i -lt "$1" ]; do echo "line $i"; i=$((i + 1)); done
	echo 'end",,,'
}
{ small_log; record 16; small_body; } >sixteen.csv
{ small_log; record 17; small_body; } >seventeen.csv
status=0
"$QUIS" check --format csv sixteen.csv seventeen.csv >check.csv || status=$?
told <check.csv
echo "status $status"
