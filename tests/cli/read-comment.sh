# SPDX-License-Identifier: Apache-2.0
set -eu
# A comment is skipped; an account that begins with # cannot hide as one.
cat >log.csv <<'END'
user,time,subject
# made by the portal on demand
asha,2026-05-01T08:00:00Z,1
#eve,2026-05-01T08:01:00Z,2,3
#mallory,2026-05-01T08:02:00Z,4
END
"$QUIS" check --format csv log.csv | cut -d, -f1,4,7-10 || status=$?
"$QUIS" rank --format csv -q log.csv 2>/dev/null | cut -d, -f2
