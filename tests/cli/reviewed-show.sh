# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# show tells as well, and --exit-flagged is content once he is cleared.
printf 'user,signal,until,by\nrab6.asp.hakim,*,2024-04-27T23:59:59+06:00,a.k.\n' >reviewed.csv
status_of "$QUIS" show rab6.asp.hakim --exit-flagged --top 1 \
	--reviewed reviewed.csv "$TESTDATA/demo" >shown
sed -n '/^User/,/^$/p; /review/p; /^status/p' shown
sed -n '/^Signals/,/^$/s/  no .*/  no/p' shown | head -n 6
