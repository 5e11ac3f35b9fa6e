# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Each kind of bad line, told with its first line, and all others kept.
{
	small_log
	echo 'too,few,fields'
	echo 'not a time,asha,North,constable,identity,1001,,,,,'
	echo ',asha,North,constable,identity,1001,,,,,'
	echo '2026-05-02T10:00:00+06:00,,North,constable,identity,1001,,,,,'
	echo '2026-05-02T10:00:00+06:00,asha,North,constable,identity,,,,,,'
	echo '2026-05-02T10:00:00+06:00,"asha,North,constable,identity,1001,,,,,'
	small_body
} >log.csv
status=0
"$QUIS" check --format csv log.csv >check.csv || status=$?
told <check.csv
echo "status $status"
