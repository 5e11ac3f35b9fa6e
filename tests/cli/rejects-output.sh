# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# What else is written never replaces what is read, nor what is written.
{ small_log; echo broken; } >log.csv
cp log.csv want
# rejects that are larger than the least file that may be written
{ small_log; seq 1000; } >many.csv
for option in rejects manifest; do
	status_of "$QUIS" rank --$option log.csv log.csv
	status_of "$QUIS" rank --$option '' log.csv
	status_of "$QUIS" rank --$option out -o ./out log.csv
	status_of "$QUIS" rank --$option - log.csv
	status_of "$QUIS" check -o report --$option dir/none log.csv
	status_of "$QUIS" check -o report --$option /dev/full log.csv
	echo old >kept
	( ulimit -f 1; "$QUIS" check --$option kept many.csv 2>&1 | cat ) >/dev/null
	cat kept
done
rm many.csv
status_of "$QUIS" cat --manifest both --rejects both log.csv
mkdir dir
status_of "$QUIS" cat --manifest dir/../both --rejects both log.csv
cmp want log.csv
# A place for what is kept meanwhile is needed.
status_of "$QUIS" rank --rejects x --temporary none log.csv
"$QUIS" cat -o out.csv --rejects - log.csv 2>/dev/null || :
ls -A
