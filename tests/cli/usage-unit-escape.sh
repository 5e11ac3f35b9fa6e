# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# What the user typed is escaped as well.
status_of "$QUIS" "$(printf 'ra\033[31mnk')" x
status_of "$QUIS" rank "$(printf -- '--f\033mt')" x
status_of "$QUIS" rank "$(printf 'no\nsuch')"
