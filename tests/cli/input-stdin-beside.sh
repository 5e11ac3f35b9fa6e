# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Standard input beside files.
small_log >log.csv
{ echo "$head_line"; echo 2026-05-03T08:00:00+06:00,asha,North,constable,identity,1001,,,,,; } |
	"$QUIS" check --format csv log.csv - | told
