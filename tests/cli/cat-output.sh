# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Whole or not at all, a full disk is told, and a reader may go away.
small_log >log.csv
echo old >out
for target in /dev/full log.csv dir/none; do
	status=0
	"$QUIS" cat -o "$target" log.csv || status=$?
	echo "status $status"
done
status=0
"$QUIS" cat log.csv >/dev/full || status=$?
echo "status $status"
( ulimit -f 1; status_of "$QUIS" cat -o out "$TESTDATA/demo" )
cat out
status_of "$QUIS" cat -o out log.csv missing.csv
cat out
{
	status=0
	"$QUIS" cat "$TESTDATA/demo" || status=$?
	echo "$status" >status
} | head -1
cat status
ls -A
