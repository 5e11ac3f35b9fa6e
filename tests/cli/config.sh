# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A config says what options say, in every spelling.
small_log | sed '1s/user/who/; 1s/kind/what/' >log.csv
"$QUIS" rank --map user=who --map kind=what --top 3 --format csv -o want log.csv
cat >site.conf <<'END'
# which columns hold what
map = user=who
  map="kind=what"  

	top	=	3
format = csv
quiet = yes
verbose = no
END
"$QUIS" rank --config site.conf log.csv | cmp - want
"$QUIS" rank log.csv --config=site.conf | cmp - want
# as editors of other systems leave it: a mark, CR LF, no end of the last line
{ printf '\357\273\277'; sed 's/$/\r/' site.conf; printf 'top = 3'; } >dos.conf
"$QUIS" rank --config dos.conf log.csv | cmp - want
"$QUIS" rank --config /dev/stdin log.csv <site.conf | cmp - want
: >empty.conf
"$QUIS" rank --config empty.conf --map user=who --map kind=what --top 3 \
	--format csv log.csv | cmp - want
