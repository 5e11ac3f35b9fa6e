# SPDX-License-Identifier: Apache-2.0
# Of a log of another system the profile that reads it is named; of one that no
# profile reads, or of which the user has said something, none is.
cp "$TESTDATA"/profiles/* .
for log in openssh.log postgresql.log cloudtrail.json m365-audit.jsonl; do
	"$QUIS" check "$log"
	echo "exit $?"
done
"$QUIS" check --map time=1 openssh.log
echo "exit $?"
mkdir logs
cp nip-csv.csv openssh.log logs
echo 'Minutes of the meeting' >logs/minutes.txt
"$QUIS" check logs --format csv | cut -d, -f1-4,7,8
