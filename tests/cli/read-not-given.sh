# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# What stands for "not given" is neither a user nor a subject.
small_log >log.csv
for nothing in '' - NULL null N/A none; do
	echo "2026-05-02T10:00:00+06:00,$nothing,North,constable,identity,1001,,,,," >>log.csv
	echo "2026-05-02T10:00:00+06:00,asha,North,constable,identity,$nothing,,,,," >>log.csv
done
status=0
"$QUIS" check --format csv log.csv >check.csv || status=$?
told <check.csv
echo "status $status"
