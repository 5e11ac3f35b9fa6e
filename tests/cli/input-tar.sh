# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A tar, however compressed, is a directory of logs.
mkdir -p in/2026
small_log | sed s/asha/gita/ | gzip -nc >in/2026/a.csv.gz
small_log | sed s/asha/hari/ >in/b.csv
(cd in && tar cf ../logs.tar .)
gzip -nk logs.tar
"$QUIS" check --format csv logs.tar | told
for how in bzip2 xz zstd lz4; do
	$how -qkc logs.tar >other
	"$QUIS" check --format csv other | told | tail -n +2
	"$QUIS" check --format csv - <other | told | tail -n +2
done
echo "a link is told"
ln -s b.csv in/link.csv
ln in/b.csv in/same.csv
(cd in && tar cf ../links.tar --sort=name .)
status_of "$QUIS" check --format csv links.tar 2>&1 | grep -v ^links.tar!2026 |
	cut -d, -f1,4,7-10,13
echo "all of it twice is counted once"
"$QUIS" check --format csv logs.tar logs.tar.gz | told | cut -d, -f1,4,5,11
