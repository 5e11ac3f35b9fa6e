# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
echo 017 >list.txt
: >empty.txt
try()
{
	status=0
	"$QUIS" trace "$@" || status=$?
	echo "status $status"
}
try list.txt
try - - <list.txt
try missing.txt log.csv
try empty.txt log.csv
try list.txt missing.csv
try --leaked-before yesterday list.txt log.csv
try --fdr 2 list.txt log.csv
try -o list.txt list.txt log.csv
