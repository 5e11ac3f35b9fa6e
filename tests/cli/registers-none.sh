# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# What is no register ends the run before anything is read, with one sentence
# that names file and option.
small_log >log.csv
mkdir directory
: >empty.csv
printf '\n\n' >blank.csv
printf 'PK\003\004\n' >sheet.xlsx
printf 'user,name\nasha,x\n' >other.csv
for register in roster units cases case-subjects persons watch reviewed; do
	for file in other.csv empty.csv; do
		status_of "$QUIS" rank --$register $file log.csv
	done
done
for file in missing.csv directory blank.csv sheet.xlsx ''; do
	status_of "$QUIS" rank --roster "$file" log.csv
	status_of "$QUIS" trace "$file" log.csv
	status_of "$QUIS" show asha --leaked "$file" log.csv
done
# which of the two cannot be told
status_of "$QUIS" rank --units missing.csv --cases missing.csv log.csv
status_of "$QUIS" check --roster empty.csv log.csv
# standard input is one file
status_of "$QUIS" rank --roster - - <log.csv
status_of "$QUIS" rank --roster - --units - log.csv
status_of "$QUIS" trace --watch - - log.csv
status_of "$QUIS" show asha --leaked - - <log.csv
