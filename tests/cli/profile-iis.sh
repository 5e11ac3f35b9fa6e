# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/profiles.sh"
# IIS: times of UTC, a second block of #Fields, other pages.
read_sample iis iis.log
