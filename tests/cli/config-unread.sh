# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# No config, none that is one, or more than one.
small_log >log.csv
mkdir folder
echo 'top = 2' >site.conf
for config in missing.conf '' folder - log.csv /dev/zero; do
	status_of "$QUIS" rank --config "$config" log.csv
done
status_of "$QUIS" rank --config
status_of "$QUIS" rank --config site.conf log.csv --config site.conf
# the longest line and the largest file there may be, and one byte more
{ printf '#'; head -c 65535 /dev/zero | tr '\0' x; echo; } >line.conf
{ for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do cat line.conf; done
  printf '#'; head -c 65519 /dev/zero | tr '\0' y; echo; } >file.conf
wc -c <file.conf
status_of "$QUIS" check --config file.conf -o out log.csv
echo >>file.conf
status_of "$QUIS" check --config file.conf log.csv
sed 's/#/#x/' line.conf >longer.conf
status_of "$QUIS" check --config longer.conf log.csv
