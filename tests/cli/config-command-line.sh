# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# The command line wins wherever --config stands; lists add up, the config's
# first; what is an option of another command does not disturb.
small_log | sed '1s/user/who/; 1s/kind/what/' >log.csv
cat >site.conf <<'END'
map = user=what
map = kind=what
top = 5
format = json
by = user
signals = lone
leaked = nothing.txt
leaked-before = 2026-05-02
END
"$QUIS" rank --map user=who --map kind=what --signals lone --top 2 \
	--format csv log.csv >want
"$QUIS" rank --config site.conf --top 2 --format csv --map user=who log.csv |
	cmp - want
"$QUIS" rank --top 2 --format csv --map user=who log.csv --config site.conf |
	cmp - want
# the last counts, within the config as well
printf 'format = csv\ntop = 2\n' >>site.conf
"$QUIS" rank --map user=who log.csv --config site.conf | cmp - want
printf 'by = planet\nfdr = 7\n' >>site.conf
"$QUIS" check --map user=who --config site.conf --format csv log.csv | told
# help needs no config
"$QUIS" rank --config missing.conf --help | head -1
