# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
status_of "$QUIS" rank
status_of "$QUIS" check --format csv
