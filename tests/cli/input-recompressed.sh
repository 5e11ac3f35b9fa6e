# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# The same text is counted once, whatever it is called and how it is packed.
small_log >log.csv
gzip -n1c log.csv >other.log
{ head -c 500 log.csv | gzip -n; tail -c +501 log.csv | gzip -n; } >two.gz
xz -c log.csv >z.xz
xz -9ec log.csv >zz.xz
zip -q packed.zip log.csv
tar cf packed.tar log.csv
"$QUIS" rank --format csv log.csv >want
"$QUIS" rank --format csv other.log two.gz z.xz zz.xz packed.* | cmp - want
"$QUIS" check --format csv log.csv other.log two.gz z.xz zz.xz packed.* |
	cut -d, -f1,2,4,7-10,13
"$QUIS" check --format csv other.log log.csv z.xz | cut -d, -f6 | tail -n +2 |
	cmp - <<-END
		$(sha256sum log.csv other.log z.xz | cut -d' ' -f1)
	END
echo "one line more is another log"
{ small_log; echo 2026-05-03T08:00:00+06:00,asha,North,constable,identity,1001,,,,,; } |
	gzip -n >more.gz
"$QUIS" check --format csv log.csv more.gz | cut -d, -f1,4,7-10,13
echo "by standard input"
cat z.xz | "$QUIS" check --format csv two.gz - | cut -d, -f1,4,7-10,13
echo "one that is cut gives way to one that is not"
head -c 200 other.log >a-cut.gz
gzip -dc <a-cut.gz >b-whole.csv 2>/dev/null || :
status_of "$QUIS" check --format csv a-cut.gz b-whole.csv 2>/dev/null |
	cut -d, -f1,4,7-10,13 | sed 's/at byte .*/at byte/; s/number .*/number/'
