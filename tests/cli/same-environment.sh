# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# The same bytes, whatever locale and time zone the process lives in.
small_log | sed 's/+06:00//' >log.csv
for args in 'rank --format csv' 'rank --format json' 'rank --since 2026-05-02' 'check'; do
	"$QUIS" $args log.csv >want
	for zone in Asia/Dhaka America/New_York nonsense :/etc/passwd; do
		TZ=$zone "$QUIS" $args log.csv | cmp - want
	done
	for locale in C.UTF-8 de_DE.UTF-8 bn_BD tr_TR.UTF-8 nonsense; do
		LC_ALL=$locale LANG=$locale LC_NUMERIC=$locale "$QUIS" $args log.csv | cmp - want
	done
	COLUMNS=40 TERM=xterm "$QUIS" $args log.csv | cmp - want
done
