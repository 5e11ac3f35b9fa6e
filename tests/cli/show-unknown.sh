# SPDX-License-Identifier: Apache-2.0
set -eu
# A user whom no log has: the nearest names, and no report.
. "$COMMON/logs.sh"
small_log >log.csv
for user in ahsa ASHA bila xxxxxxxx "$(printf 'a\033[2Jsha')" chi; do
	status_of "$QUIS" show "$user" log.csv
done
status_of "$QUIS" show
status_of "$QUIS" show asha
status_of "$QUIS" show '' log.csv
status_of "$QUIS" show asha --by unit log.csv
