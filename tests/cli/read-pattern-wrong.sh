# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
status_of "$QUIS" rank --pattern '(?<time>\S+) (?<user>[a-z+' log.csv
status_of "$QUIS" rank --pattern '(?<time>\S+' log.csv
status_of "$QUIS" rank --pattern '(?<time>\S+),(?<user>\w+)' log.csv
status_of "$QUIS" rank --pattern '(?<time>\S+),(?<user>\w+),(?<planet>\w+),(?<subject>\w+)' log.csv
status_of "$QUIS" rank --pattern '' log.csv
