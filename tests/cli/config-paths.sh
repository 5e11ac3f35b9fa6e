# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A path in a config starts from the folder of the config, one on the command
# line from where we are.
mkdir conf
small_log >log.csv
echo 'output = out.csv' >conf/relative.conf
echo 'output = ../up.csv' >conf/up.conf
echo "output = $PWD/absolute.csv" >conf/absolute.conf
echo 'output = -' >conf/standard.conf
echo 'output = here.csv' >here.conf
for name in relative up absolute here; do
	config=conf/$name.conf
	test -e $config || config=$name.conf
	"$QUIS" check -q --config $config log.csv
done
"$QUIS" check --config "$PWD/conf/relative.conf" -o plain.csv log.csv
"$QUIS" check --config conf/standard.conf log.csv | cmp - conf/out.csv
find . -name '*.csv' | sort
# what the run reads is never written to
for name in roster units cases case-subjects persons watch reviewed; do
	echo "$name = $name.csv" >conf/register.conf
	echo kept >conf/$name.csv
	status_of "$QUIS" rank --config conf/register.conf \
		-o conf/$name.csv log.csv
	cat conf/$name.csv
done
status_of "$QUIS" show asha --leaked here.csv -o here.csv log.csv
status_of "$QUIS" check --config here.conf -o here.conf log.csv
cat here.conf
