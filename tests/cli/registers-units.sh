# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
. "$COMMON/registers.sh"
# As a spreadsheet saves it: a mark in front, CR LF, semicolons, empty rows
# below; and as people fill it.
small_log >log.csv
{
	printf '\357\273\277unit;area;scope;kinds;chief\r\n'
	printf 'North;Dhaka;area;identity|vehicle;x\r\n'
	printf 'South;Khulna;province;;y\r\n'
	printf 'North;Khulna;area;identity;x\r\n'
	printf 'North;Dhaka;area;identity|vehicle;z\r\n'
	printf ';Dhaka;area;;\r\n;;;;\r\n'
} >units.csv
file_notes --units units.csv log.csv
printf 'South;Khulna\r\n' >>units.csv
file_notes --units units.csv log.csv
register_rows rank --units units.csv log.csv
