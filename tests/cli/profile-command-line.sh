# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# What the command line says wins over the profile.
cat >site.profile <<'END'
timezone = +06:00
take subject = area
rewrite user = /^a/A/
split = ;
END
{
	echo timestamp,user,subject,area
	echo '2026-05-01 10:00,asha,1001;1002,Dhaka;Khulna'
} >log.csv
first() {
	"$QUIS" show -q "$@" --format csv log.csv | cut -d, -f1,2
}
first Asha --profile site.profile
first Asha --profile site.profile --timezone UTC
first Asha --profile site.profile --map subject=subject
first Asha --profile site.profile --split '/'
first Bsha --profile site.profile --rewrite 'user=/^A/B/'
# a pattern takes the place of the columns
first Asha --profile site.profile \
	--pattern '^(?<time>[^,]*),(?<user>[^,]*),(?<subject>[^,]*)'
