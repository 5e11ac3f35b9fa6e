# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# A profile is found by path, or by name: the user's own, the site's, those
# that come with the program.
small_log | sed 's/timestamp,user/when,who/' >log.csv
export XDG_CONFIG_DIRS=$PWD/site:relative:$PWD/other
mkdir -p .config/quis/profiles site/quis/profiles other/quis/profiles conf
columns='map time = when
map user = who'
for place in .config site other conf; do
	folder=$place/quis/profiles
	test $place != conf || folder=conf
	printf 'about = of %s\n%s\nconstant kind = %s\n' $place "$columns" \
		$place >$folder/portal.profile
done
cp conf/portal.profile other/quis/profiles/far.profile
cp conf/portal.profile here.profile
echo 'nonsense' >site/quis/profiles/broken.profile
echo 'about = hidden' >site/quis/profiles/.hidden.profile
echo 'about = ours' >site/quis/profiles/iis.profile
read_with() {
	status=0
	"$QUIS" check -v --format json --profile "$@" log.csv >out.json ||
		status=$?
	test $status != 0 || grep -A1 '"profile"' out.json
	echo "status $status"
}
"$QUIS" check --profile list | sed "s|$PWD|.|"
read_with portal
rm .config/quis/profiles/portal.profile
read_with portal
XDG_CONFIG_HOME=$PWD/conf read_with portal
XDG_CONFIG_HOME=$PWD/other read_with portal
read_with far
read_with conf/portal.profile
read_with here.profile
read_with broken
echo 'profile = portal.profile' >conf/path.conf
echo 'profile = far' >conf/name.conf
status_of "$QUIS" check -v --config conf/path.conf log.csv >/dev/null
status_of "$QUIS" check -v --config conf/name.conf log.csv >/dev/null
# the command line wins
status_of "$QUIS" check -v --config conf/path.conf --profile far log.csv \
	>/dev/null
