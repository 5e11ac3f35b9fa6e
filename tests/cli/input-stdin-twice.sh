# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
# What comes by a pipe is kept, compared when it was read, and counted once.
small_log >log.csv
cat log.csv | status_of "$QUIS" check --format csv log.csv - | cut -d, -f1,4,7-10
# Named twice it is one log, like a file.
status_of "$QUIS" check --format csv - - <log.csv | cut -d, -f1,4,7-10
