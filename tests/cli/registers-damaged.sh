# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
. "$COMMON/registers.sh"
# Registers cut off in transfer: what could be read counts, and the status and
# every report tell. 'quis check' knows of logs alone.
small_log >log.csv
python3 - <<'END'
import gzip
rows = b"".join(b"N-%d/26,%d\n" % (n % 1000, n) for n in range(5000))
data = gzip.compress(b"case,subject\n" + rows, 0, mtime=0)
open("cut.csv.gz", "wb").write(data[:9000])
open("header.csv.gz", "wb").write(data[:8])
data = bytearray(gzip.compress(b"case,subject\nN-1/26,1001\n", 0, mtime=0))
data[-8] ^= 1
open("sum.csv.gz", "wb").write(data)
END
file_notes --case-subjects cut.csv.gz log.csv
register_rows rank --case-subjects cut.csv.gz log.csv
file_notes --case-subjects header.csv.gz log.csv
file_notes --case-subjects sum.csv.gz log.csv
for command in "show asha" "trace list.txt"; do
	echo 1001 >list.txt
	status_of "$QUIS" $command --case-subjects sum.csv.gz log.csv |
		grep -A 1 -e sum.csv.gz -e status -e 'quis check'
done
