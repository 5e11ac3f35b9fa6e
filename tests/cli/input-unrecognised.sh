# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# The columns found are listed, with the --map that would settle it.
echo 'alpha,beta,gamma
1,2,3' >log.csv
status_of "$QUIS" rank log.csv
echo 'timestamp,alpha,subject
2026-05-01T08:00:00Z,asha,1001' >log.csv
status_of "$QUIS" rank log.csv
echo 'timestamp,user,alpha
2026-05-01T08:00:00Z,asha,1001' >log.csv
status_of "$QUIS" rank log.csv
echo 'alpha,user,subject
2026-05-01T08:00:00Z,asha,1001' >log.csv
status_of "$QUIS" rank log.csv
echo 'Minutes of the meeting' >log.csv
status_of "$QUIS" rank log.csv
head -c 100 /dev/zero >log.csv
status_of "$QUIS" rank log.csv
