# SPDX-License-Identifier: Apache-2.0
# A shipped profile on its sample: what of it counts, and what is read.

# read_sample PROFILE FILE
read_sample() {
	cp "$TESTDATA/profiles/$2" .
	# a log without years is of the year before it was written
	touch -d 2026-05-07T00:00:00Z "$2"
	"$QUIS" check -q --format csv --profile "$1" "$2" | cut -d, -f1-4,7-
	"$QUIS" cat -q --profile "$1" "$2" >cat.csv ||
		echo "status $?"
	cut -d, -f1-12,14 cat.csv
	# what was read is read again, without the profile
	"$QUIS" cat -q cat.csv | cut -d, -f1-12 >again.csv
	cut -d, -f1-12 cat.csv | cmp - again.csv
}
