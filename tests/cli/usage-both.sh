# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A named log that is missing outranks one that is damaged; no report then.
{ small_log; echo broken; } >log.csv
status_of "$QUIS" check --format csv log.csv missing.csv
