# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Other names for the columns, in capitals and with dashes.
small_log >log.csv
{
	echo 'Date-Time,USER_NAME,Department,Designation,Query Type,Searched-For,CASE_NO,Justification,Client IP,District,Result'
	small_body
} >other
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
"$QUIS" rank --format csv --report-timezone +06:00  other >got
cmp want got
"$QUIS" check --format csv --report-timezone +06:00  other | told
