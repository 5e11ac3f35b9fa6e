# SPDX-License-Identifier: Apache-2.0
# A shipped profile on its sample: what of it counts, and what is read.

# read_sample PROFILE FILE USER...
read_sample() {
	profile=$1 sample=$2
	shift 2
	cp "$TESTDATA/profiles/$sample" .
	# a log without years is of the year before it was written
	touch -d 2026-05-07T00:00:00Z "$sample"
	"$QUIS" check -q --format csv --profile "$profile" "$sample" |
		cut -d, -f1-4,7-
	for user; do
		printf '== %s\n' "$user"
		"$QUIS" show -q --format csv --profile "$profile" "$user" \
			"$sample" 2>/dev/null | cut -d, -f1-8,9,13 | sort
	done
}
