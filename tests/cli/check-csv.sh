# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
{ small_log; echo; echo '# a remark'; echo broken; } >worse.csv
status=0
"$QUIS" check --format csv worse.csv log.csv >check.csv || status=$?
echo "status $status"
cat check.csv
for f in log.csv worse.csv; do
	grep "^$f,none,csv,intact,$(wc -c <$f),$(sha256sum $f | cut -d' ' -f1)," \
		check.csv | wc -l
done
