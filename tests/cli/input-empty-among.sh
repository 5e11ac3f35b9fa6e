# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# An empty file among others is intact and no damage.
small_log >log.csv
: >empty.csv
: | gzip -nc >empty.gz
"$QUIS" check --format csv log.csv empty.csv empty.gz | told
