# SPDX-License-Identifier: Apache-2.0
set -eu
# Lookups that say the same have lines in the order of the logs; one that took
# its case from a retry is shown as it stands.
. "$COMMON/logs.sh"
mkdir logs
{
	echo "$head_line"
	for case in '' N-9/26 '' ''; do
		echo "2026-05-01T08:00:00+06:00,asha,North,constable,identity,77,$case,,10.0.0.1,Dhaka,found"
	done
} >logs/a.csv
tail -n +4 logs/a.csv | { echo "$head_line"; cat; } >logs/b.csv
small_log >logs/c.csv
"$QUIS" show asha --format csv logs | grep ,77, | cut -d, -f2,6,12- | sort -t, -k3
