# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
. "$COMMON/registers.sh"
# Wrong rows of the watch list and of reviews.
small_log >log.csv
cat >watch.csv <<'END'
subject,reason,honeytoken
1001,VIP,no
1001,VIP,no
1001,victim,no
1005,honeytoken 3,
1007,x,maybe
,x,
END
cat >reviewed.csv <<'END'
user,signal,until,by,why
asha,lone,2026-05-03,boss,"seen, ok"
asha,lone,2026-05-03,boss,"seen, ok"
bilal,loan,2026-05-03,,
ghost,*,2026-05-03,,
chitra,all,,,
dulal,all,soon,,
,all,2026-05-03,,
END
file_notes --watch watch.csv --reviewed reviewed.csv log.csv
register_rows rank --watch watch.csv --reviewed reviewed.csv log.csv
echo 1010 >>watch.csv
file_notes --watch watch.csv log.csv
echo esha >>reviewed.csv
file_notes --reviewed reviewed.csv log.csv
