# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A report on damaged input comes, and says what is missing.
{ small_log; echo broken; } >log.csv
status=0
"$QUIS" rank log.csv >table || status=$?
echo "status $status"
tr -s ' \n' ' ' <table | grep -o 'some input was damaged.*'
