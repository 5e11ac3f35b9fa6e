# SPDX-License-Identifier: Apache-2.0
set -eu
# Help goes to standard output, whatever stands beside it.
"$QUIS" --help >all
"$QUIS" -h | cmp - all
"$QUIS" help | cmp - all
for command in rank check; do
	"$QUIS" $command --help >help
	head -1 help
	"$QUIS" $command -h | cmp - help
	"$QUIS" $command --format csv -h missing.csv | cmp - help
	awk 'length > 120 { print "too wide: " $0 }' help
done
"$QUIS" --version >version
grep -q '^sandbox: ' version
sed '/^sandbox: /d
	s/^inflates by libisal [0-9.]* and /inflates by /
	s/ [0-9][0-9.]*/ N/g' version
"$QUIS" -V | cmp - version
"$QUIS" rank --version | cmp - version
