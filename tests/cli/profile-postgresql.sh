# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/profiles.sh"
# PostgreSQL: statements, their parameters, pgaudit; a value in a line that goes on is
# rejected, as it cannot be told whose it is.
read_sample postgresql postgresql.log
