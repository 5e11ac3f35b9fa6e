# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# What is wrong with a profile is told with its line.
small_log >log.csv
status_of "$QUIS" check --profile ciis log.csv
status_of "$QUIS" check --profile portal-of-the-north log.csv
status_of "$QUIS" check --profile ./portal log.csv
status_of "$QUIS" check --profile '' log.csv
status_of "$QUIS" check --profile nip-csv
wrong() {
	printf "$1" >site.profile
	status_of "$QUIS" check --profile site.profile log.csv
}
wrong '# the portal\nfromat = csv\n'
wrong 'format = excel\n'
wrong 'take subject = url /(/\n'
wrong 'lookup event = search\n'
wrong 'map user = who\n'
wrong 'timezone = Dhaka\n'
wrong 'split = 0\n'
wrong 'about = \033[31m\n'
wrong 'pattern = ^(?<time>\\S+) (?<user>\\S+)\n'
wrong 'p\0attern = x\n'
# what the run reads is never written to
echo 'about = kept' >site.profile
status_of "$QUIS" check --profile site.profile -o site.profile log.csv
cat site.profile
