# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Values are taken as they stand, or out of quotes.
printf '"2026-05-01 08:00:00" asha \\ 1001\n' >log.txt
cat >plain.conf <<'END'
pattern = ^"(?<time>[^"]+)" (?<user>\w+) \\ (?<subject>\d+)$ # = "
END
sed 's/ # = "//' plain.conf >good.conf
cat >quoted.conf <<'END'
pattern = "^\"(?<time>[^\"]+)\" (?<user>\\w+) \\\\ (?<subject>\\d+)$"
timezone = "+06:00"
END
for config in good quoted plain; do
	status_of "$QUIS" check --format csv --config $config.conf log.txt | told
done
