# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# Named .gz, but plain: read as what it is, and noted.
small_log >log.gz
"$QUIS" check --format csv log.gz | told
