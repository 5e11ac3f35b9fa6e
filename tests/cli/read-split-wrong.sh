# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
status_of "$QUIS" rank --split ';x' log.csv
status_of "$QUIS" check --split ',0' log.csv
status_of "$QUIS" show asha --split '' log.csv
status_of "$QUIS" check --split '،' log.csv
