# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
status=0
"$QUIS" rank --exit-flagged --format csv "$TESTDATA/demo" >flagged.csv || status=$?
echo "status $status, $(grep -c ',yes,' flagged.csv) flagged"
"$QUIS" rank --exit-flagged --format csv log.csv >/dev/null
"$QUIS" rank --format csv "$TESTDATA/demo" >/dev/null
# somebody is flagged even if the table shows others only
status=0
"$QUIS" rank --exit-flagged --by unit --format csv "$TESTDATA/demo" >units.csv || status=$?
[ "$status" -eq "$(grep -c '^[0-9]*,[^,]*,yes,' units.csv | sed 's/[1-9][0-9]*/1/')" ]
# damage outranks it
{ zcat "$TESTDATA"/demo/*.gz; echo broken; } | gzip -nc >worse.gz
status=0
"$QUIS" rank --exit-flagged --format csv worse.gz >/dev/null || status=$?
echo "status $status"
