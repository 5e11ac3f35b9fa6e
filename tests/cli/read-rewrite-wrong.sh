# SPDX-License-Identifier: Apache-2.0
set -eu
. "$COMMON/logs.sh"
small_log >log.csv
# Pattern, field, replacement, form; and beside a rule that is none of these.
status_of "$QUIS" rank --rewrite 'subject=/(88/0/' log.csv
status_of "$QUIS" check --rewrite 'time=/a/b/' log.csv
status_of "$QUIS" show asha --rewrite 'subject=/^88/0$1/' log.csv
status_of "$QUIS" rank --rewrite 'subject=/^88/' log.csv
status_of "$QUIS" rank --rewrite 'subject=/^88/0/' --rewrite 'case' log.csv
