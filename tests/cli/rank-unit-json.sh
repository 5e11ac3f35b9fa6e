# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
"$QUIS" rank --by unit --format json log.csv | python3 -c '
import json, sys
report = json.load(sys.stdin)
print(report["settings"]["by"])
for row in report["rows"]:
    print([row[k] for k in ("rank", "unit", "flagged", "q", "p", "users",
                            "flagged_users", "lookups", "subjects")])
'
