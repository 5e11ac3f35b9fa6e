# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A directory: recursively, in order of path, dot files skipped.
mkdir -p logs/b/c logs/.hidden
for f in logs/b/c/2.csv logs/b/1.csv logs/a.csv logs/z.csv; do
	echo "$head_line" >$f
	echo "2026-05-03T08:00:00+06:00,$f,North,constable,identity,1001,,,,," >>$f
done
echo nonsense >logs/.hidden/x
echo nonsense >logs/.x
"$QUIS" check --format csv logs | cut -d, -f1,4,7-10
"$QUIS" check --format csv logs/z.csv logs logs/a.csv | sed 1d | wc -l
