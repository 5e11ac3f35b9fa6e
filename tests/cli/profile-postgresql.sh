# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/profiles.sh"
# PostgreSQL: statements, their parameters, pgaudit; lines that go on are passed by.
read_sample postgresql postgresql.log
