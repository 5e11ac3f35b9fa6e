# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# In a directory what is no log is unreadable, and the others are read.
mkdir logs
small_log >logs/log.csv
echo 'Minutes of the meeting' >logs/notes.txt
printf 'MZ\0\1\2' >logs/program
small_body | cut -d, -f2-4 | sed '1iuser,unit,role' >logs/roster.csv
status=0
"$QUIS" check --format csv logs >check.csv || status=$?
cut -d, -f1-4,7-10 check.csv
echo "status $status"
status=0
"$QUIS" rank --format csv logs >rank.csv || status=$?
echo "status $status, $(sed 1d rank.csv | wc -l) users"
