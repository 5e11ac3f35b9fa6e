# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Columns whose names say nothing, by --map and their names.
small_log | sed '1s/.*/when,who,where,what,which,whom,why,because,from,at,so/' >log.csv
small_log >want.csv
"$QUIS" rank --format csv --map time=when --map user=who --map unit=where \
	--map role=What --map kind=which --map subject=whom --map case=why \
	--map source=from --map area=at --map outcome=so log.csv >got
"$QUIS" rank --format csv want.csv | cmp - got
"$QUIS" check --format json --map time=when --map user=who --map subject=whom log.csv |
	grep map-
