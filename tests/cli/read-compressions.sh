# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Every compression is found by looking, and one within another.
small_log >log.csv
mkdir logs
zstd -qc log.csv >logs/zstd
xz -c log.csv >logs/xz
xz -cF lzma log.csv >logs/lzma
bzip2 -c log.csv >logs/bzip2
lz4 -qc log.csv >logs/lz4
gzip -nc log.csv | xz -c >logs/xz+gzip
"$QUIS" rank --format csv --report-timezone +06:00 log.csv >want
for log in logs/*; do
	"$QUIS" rank --format csv --report-timezone +06:00 $log | cmp want -
	"$QUIS" check --format csv $log | sed 1d | cut -d , -f 1-4,7-10,13
done
