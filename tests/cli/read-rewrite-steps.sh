# SPDX-License-Identifier: Apache-2.0
set -eu
# A text that would cost a rule too much is kept, and that is told.
cat >log.csv <<'END'
timestamp,user,subject
2026-05-01T08:00:00+06:00,asha,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!
2026-05-01T09:00:00+06:00,asha,aaaa
END
"$QUIS" show asha --format csv --rewrite 'subject=/^(a+)+$/b/' log.csv |
	cut -d, -f1,2,12
