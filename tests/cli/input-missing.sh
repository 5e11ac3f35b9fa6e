# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Told before anything is read, and nothing is written.
small_log >log.csv
status_of "$QUIS" rank log.csv missing.csv
status_of "$QUIS" check missing.csv log.csv
status_of "$QUIS" check --format csv log.csv/x
