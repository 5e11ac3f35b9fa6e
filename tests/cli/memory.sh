# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# -q: the folder of the test may lie in memory, which is told.
small_log >log.csv
mkdir folder
"$QUIS" rank --format json log.csv >plain
for size in 256M 262144K 268435456 1G; do
	"$QUIS" rank -q --format json --memory $size log.csv | cmp - plain
	"$QUIS" rank -q --format json --memory $size --temporary folder \
		--threads 256 log.csv | cmp - plain
done
for command in check 'show asha' 'trace log.csv'; do
	"$QUIS" $command -q --format json log.csv >plain
	"$QUIS" $command -q --format json --memory 256M log.csv | cmp - plain
done
echo 'memory = 300M' >site.conf
echo 'temporary = folder' >>site.conf
"$QUIS" check -q --config site.conf -o out log.csv
ls -A folder
# what is too little, no size, or no folder
for size in 255M 0 268435455 1T -1 256m ''; do
	status_of "$QUIS" rank --memory "$size" log.csv
done
status_of "$QUIS" rank --memory 256M --temporary nowhere log.csv
status_of "$QUIS" rank --memory 256M --temporary log.csv log.csv
status_of env TMPDIR=/nowhere "$QUIS" rank --memory 256M log.csv
status_of "$QUIS" check -q --temporary nowhere -o out log.csv
