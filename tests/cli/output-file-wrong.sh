# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A report that cannot be written leaves the old one alone.
small_log >log.csv
mkdir directory
status_of "$QUIS" check -o missing/report log.csv
status_of "$QUIS" check -o directory log.csv
echo old >report
status_of "$QUIS" check -o report missing.csv
cat report
ls -A
