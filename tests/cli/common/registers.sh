# SPDX-License-Identifier: Apache-2.0
# What a report says of registers, for goldens to source.

# The notes about files, each in one line, and the status.
file_notes() {
	status=0
	"$QUIS" rank --top 1 "$@" >table 2>said || status=$?
	sed -n '/^note: /,$p' table | awk '/^note: / { printf "%s%s", n++ ? "\n" : "", $0 }
		!/^note: / { $1 = $1; printf " %s", $0 } END { print "" }' |
		grep -E 'note: [^ ]*\.(csv|txt|gz): |members|reviews|damaged' || true
	sed 's/^/said: /' said
	echo "status $status"
}

# Rows of `registers` in JSON, without what changes with a file's bytes, or how
# they were compressed.
register_rows() {
	"$QUIS" "$@" --format json 2>/dev/null | python3 -c '
import json, sys
for row in json.load(sys.stdin)["registers"]:
    print(*(f"{k}={v}" for k, v in row.items() if k not in ("bytes", "sha256")), sep="\n  ")'
}
