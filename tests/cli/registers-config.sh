# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
. "$COMMON/registers.sh"
# Registers named in a config stand beside it; check takes no notice of them.
small_log >log.csv
mkdir -p office/side
printf 'user,unit,role\nasha,North,constable\n' >office/side/roster.csv
printf 'subject,reason\n1001,VIP\n' >watch.csv
printf 'user,until\nasha,2026-05-01\n' >office/reviewed.csv
cat >office/quis.conf <<'END'
roster = side/roster.csv
watch = ../watch.csv
reviewed = reviewed.csv
END
cd office
for here in . ..; do
	cd $here
	config=$(find . -name quis.conf)
	register_rows rank --config "$config" "$(find . .. -name log.csv | tail -n 1)" |
		grep -e register -e file=
done
status_of "$QUIS" check -q --config office/quis.conf log.csv >/dev/null
# the command line names another
register_rows rank --config office/quis.conf --watch watch.csv log.csv | grep file=
echo 'units = units.csv' >>office/quis.conf
status_of "$QUIS" rank --config office/quis.conf log.csv
