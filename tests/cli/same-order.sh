# SPDX-License-Identifier: Apache-2.0
set -eu
# The same bytes, in whatever order logs are named.
set -- "$TESTDATA"/demo/*.gz
"$QUIS" rank --format json "$@" >want
"$QUIS" rank --format json $(printf '%s\n' "$@" | sort -r) | cmp - want
"$QUIS" rank --format json $(printf '%s\n' "$@" | shuf --random-source=/bin/sh) | cmp - want
"$QUIS" rank --format json "$TESTDATA/demo" "$@" "$1" | cmp - want
