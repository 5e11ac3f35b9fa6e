# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A report never replaces a log, however the log is reached.
mkdir logs
small_log >logs/log.csv
ln -s logs/log.csv link.csv
cp logs/log.csv want
status_of "$QUIS" rank -o logs/log.csv logs/log.csv
status_of "$QUIS" rank -o logs/log.csv logs
status_of "$QUIS" check -o link.csv logs/log.csv
status_of "$QUIS" check -o '' logs/log.csv
cmp want logs/log.csv
# Nor does the shell, and what is appended to is a log no more.
"$QUIS" cat logs/log.csv >>logs/log.csv || echo "status $?"
"$QUIS" rank logs >logs/report || echo "status $?"
rm logs/report
cmp want logs/log.csv
# Nor do a manifest or rejects replace the report.
"$QUIS" rank --manifest report logs >report || echo "status $?"
"$QUIS" cat --rejects /dev/fd/1 logs >report || echo "status $?"
