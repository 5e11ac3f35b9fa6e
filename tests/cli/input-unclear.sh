# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# The best-named column fails while another could serve: ask, do not guess.
echo 'timestamp,ts,user,subject
morning,2026-05-01T08:00:00Z,asha,1001
evening,2026-05-01T09:00:00Z,asha,1002' >log.csv
status_of "$QUIS" check log.csv
status_of "$QUIS" check --format csv --map time=ts log.csv >told
sed 's/,[0-9a-f]\{64\},/,/' told
echo 'time,user,login,subject
2026-05-01T08:00:00Z,,asha,1001
2026-05-01T09:00:00Z,-,asha,1002' >log.csv
status_of "$QUIS" check log.csv
echo 'time,user,subject,nid
2026-05-01T08:00:00Z,asha,,1001
2026-05-01T09:00:00Z,asha,NULL,1002' >log.csv
status_of "$QUIS" check log.csv
