# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A zip is a directory of logs, compressed ones too; what a directory's walk
# passes over is passed over.
small_log >log.csv
mkdir -p in/2026 in/__MACOSX in/.git
small_log | sed s/asha/gita/ | gzip -nc >in/2026/a.csv.gz
small_log | sed s/asha/hari/ >in/b.csv
echo x | tee in/__MACOSX/b.csv in/.git/c.csv >in/.hidden
(cd in && zip -qr ../export.zip . && zip -q0 ../stored.zip b.csv)
"$QUIS" check --format csv export.zip | told
echo "by standard input"
cat export.zip | "$QUIS" check --format csv - | told
echo "one entry, a directory of it, a file of that name"
"$QUIS" check --format csv export.zip!b.csv | told | tail -n +2
"$QUIS" check --format csv export.zip!2026 | told | tail -n +2
cp log.csv export.zip!b.csv
"$QUIS" check --format csv export.zip!b.csv | told | tail -n +2
"$QUIS" check --format csv . | told | cut -d, -f1,4,5,11
"$QUIS" rank --format csv in/2026/a.csv.gz in/b.csv >want
"$QUIS" rank --format csv export.zip | cmp - want
cmp_show() { # the same but for the file
	"$QUIS" show gita --format csv "$@" | sed 's/,[^,]*,\([0-9]*\)$/,\1/'
}
cmp_show in/2026/a.csv.gz in/b.csv >want
cmp_show export.zip | cmp - want
cat export.zip | cmp_show - | cmp - want
