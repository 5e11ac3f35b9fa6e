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
