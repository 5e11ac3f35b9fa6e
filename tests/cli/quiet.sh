# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Without a terminal success is silent; -q as well; -v tells.
small_log | sed 's/+06:00//' >log.csv
"$QUIS" rank log.csv >/dev/null
"$QUIS" rank -q --format csv log.csv >/dev/null
"$QUIS" check -q log.csv >/dev/null
echo told >&2
"$QUIS" check -v log.csv >/dev/null
# damage is told even to the quiet
echo broken >>log.csv
status_of "$QUIS" check -q log.csv | tail -1
