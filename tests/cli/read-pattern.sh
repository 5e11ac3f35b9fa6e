# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Lines by a pattern, whose named groups are the fields.
small_log >want.csv
small_body | awk -F, '{ print $1 " user=" $2 "@" $3 " (" $4 ") " $5 ":" $6 " [" $7 "]" }' >log
head -1 log
pattern='^(?<time>\S+) user=(?<user>[^@]+)@(?<unit>\S+) \((?<role>[^)]*)\) (?<kind>\w+):(?<subject>\S+) \[(?<case>[^]]*)\]$'
"$QUIS" rank --format csv --pattern "$pattern" log >got
# … without those that the pattern has no group for
cut -d, -f1-7 want.csv >fewer.csv
"$QUIS" rank --format csv fewer.csv | cmp - got
{ cat log; echo; echo 'logged in: asha'; } >more
status=0
"$QUIS" check --format csv --pattern "$pattern" more >check.csv || status=$?
told <check.csv
echo "status $status"
