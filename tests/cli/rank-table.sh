# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
"$QUIS" rank log.csv | awk '{ print $1, $2, $3, $4, $5 }' | head -1
"$QUIS" rank log.csv | awk '/^[0-9]/ { print $2, $3, $4, $5, $7 }' | sort
"$QUIS" rank log.csv | tail -1
