# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
. "$COMMON/registers.sh"
# A roster of wrong rows: each sort is told once, with its first line and how
# many there are. Rows that could not be read decide the status.
small_log >log.csv
cat >wrong.csv <<'END'
user,unit,role,from,to,shift,phone
asha,North,constable,2026-01-01,,08:00-16:00,1
asha,North,constable,2026-01-01,,08:00-16:00,2
,North,constable,,,,
chitra,,,,,,
dulal,South,constable,2026-02-30,,,
esha,South,constable,2026-05-01,2026-04-01,,
farid,South,inspector,,,8-16,
END
cat >unread.csv <<'END'
user,unit,role
asha,North
bilal,North,constable,,
esha,South,constable
"farid,South,inspector
END
file_notes --roster wrong.csv log.csv
file_notes --roster unread.csv log.csv
register_rows rank --roster wrong.csv log.csv
register_rows rank --roster unread.csv log.csv
