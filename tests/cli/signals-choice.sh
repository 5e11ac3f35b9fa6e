# SPDX-License-Identifier: Apache-2.0
set -eu
# --signals and --without: what is left, what is told, what is refused.
. "$COMMON/logs.sh"
small_log >log.csv
left() {
	"$QUIS" "$@" --format json log.csv | python3 -c '
import json, sys
report = json.load(sys.stdin)
print({k: v for k, v in report["settings"].items() if k in ("signals", "without")})
print([n.split(":")[0] + ": ..." if n.count(",") > 5 else n
       for n in report["notes"] if "left out" in n])
for row in report.get("signals", []):
    if not row["phrase"].startswith("left out"):
        print(row["signal"])'
}
left rank --signals lone,no-case
left rank --without volume
left show asha --signals 'lone, no-case'
left show asha --signals lone --without no-case
for list in nosuch 'lone,' '' lone,,no-case LONE; do
	status_of "$QUIS" rank --signals "$list" log.csv
	status_of "$QUIS" rank --without "$list" log.csv
done
status_of "$QUIS" rank --signals lone,volume --without volume log.csv
all=$("$QUIS" rank --signals nosuch log.csv 2>&1 | sed 's/.*there are //; s/ //g')
status_of "$QUIS" rank --without "$all" log.csv
status_of "$QUIS" check --signals lone log.csv
