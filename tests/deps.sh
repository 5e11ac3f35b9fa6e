#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs those of the named Debian packages that are missing. Asks nothing,
# and does not touch apt when none is.
set -u
missing=
for package in "$@"; do
	case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
	*" installed") ;;
	*) missing="$missing $package" ;;
	esac
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ]; then
	sudo=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	sudo=sudo
else
	echo "missing packages:$missing; install them as root: apt-get install$missing" >&2
	exit 1
fi
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
$sudo apt-get update -qq </dev/null &&
	$sudo apt-get install -y -qq --no-install-recommends $missing \
		</dev/null >/dev/null && exit 0
echo "packages could not be installed:$missing" >&2
exit 1
