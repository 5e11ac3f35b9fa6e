# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A prefix without a year: an entry of a container was written at its own time,
# a redirected file at its.
for n in 1 2 3; do
	echo "Dec 31 23:5$n:00 gate portal[8]: user=ann subject=7000$n"
	echo "Jan  1 00:0$n:00 gate portal[8]: user=ann subject=8000$n"
done >year.log
touch -d 2024-01-02T12:00:00Z year.log
zip -q year.zip year.log
tar czf year.tar.gz year.log
touch -d 2026-06-01T00:00:00Z year.zip year.tar.gz
for log in year.zip year.tar.gz; do
	"$QUIS" check --format csv $log | told | tail -n +2
done
"$QUIS" check --format csv - <year.log | told | tail -n +2
