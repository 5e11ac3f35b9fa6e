# SPDX-License-Identifier: Apache-2.0
set -eu
# Days, hours and lines that can be counted by hand; subjects that are no
# numbers; a lookup outside --since tells, and is not shown.
. "$COMMON/logs.sh"
small_log >log.csv
"$QUIS" show farid --format csv log.csv
"$QUIS" show farid --since 2026-05-02 --format json log.csv | python3 -c '
import json, sys
report = json.load(sys.stdin)
print([d for d in report["days"] if d["lookups"]])
print([h for h in report["hours"] if h["lookups"]])
print([(e["subject"], e["file"], e["line"]) for e in report["evidence"]])'
status_of "$QUIS" show farid --since 2026-05-03 --format csv log.csv
status_of "$QUIS" show asha --until 2026-05-02T06:00 --since 2026-05-02T01:00 \
	--format csv log.csv
