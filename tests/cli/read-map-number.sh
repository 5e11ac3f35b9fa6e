# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A CSV without a header, its columns by number.
small_body >log.csv
small_log >want.csv
"$QUIS" rank --format csv --map time=1 --map user=2 --map unit=3 --map role=4 \
	--map kind=5 --map subject=6 --map case=7 \
	--map source=9 --map area=10 --map outcome=11 log.csv >got
"$QUIS" rank --format csv want.csv | cmp - got
"$QUIS" check --format csv --map time=1 --map user=2 --map subject=6 log.csv | told
# with a header, numbers serve as well, and the header is no record
"$QUIS" check --format csv --map time=1 --map user=2 --map subject=6 want.csv | told
