# SPDX-License-Identifier: Apache-2.0
# What is named is what was found, and the --map that would settle it.
t=2026-05-01T10:11:12Z
echo "{\"ts\":\"$t\",\"who\":\"ann\",\"request\":{\"id\":5,\"for\":1}}" >jsonl
echo "time=$t user=ann for=1" >logfmt
echo "<13>May  1 10:11:12 host portal: user=ann for=1" >prefix
for log in jsonl logfmt prefix; do
	"$QUIS" check "$log"
	echo "exit $?"
done
"$QUIS" check --map subject=nobody logfmt
"$QUIS" check --format csv --map subject=request.for --map user=who jsonl
"$QUIS" check --format csv --map subject=for --map time=syslog-time \
	--map source=syslog-host prefix | cut -d, -f1-4,7-10
