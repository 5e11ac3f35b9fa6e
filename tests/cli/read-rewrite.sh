# SPDX-License-Identifier: Apache-2.0
set -eu
# Three spellings of a number are three subjects of one user each; rewritten
# they are one that all three asked for, and evidence is what the log says.
# Bengali digits need no rule.
cat >log.csv <<'END'
timestamp,user,unit,role,kind,subject,case
2026-05-01T08:00:00+06:00,asha,North,constable,registration,+8801711000003,N-1
2026-05-01T09:00:00+06:00,BILAL,North,constable,registration,01711000003,N-১
2026-05-02T10:00:00+06:00,chitra,North,constable,registration,1711000003,N-1
2026-05-02T11:00:00+06:00,bilal,North,constable,registration,০১৭১১০০০০০৩,N-1
END
lookups() {
	for user in asha bilal chitra; do
		"$QUIS" show "$user" --quiet --format json "$@" log.csv |
			python3 -c '
import json, sys
report = json.load(sys.stdin)
print({k: v for k, v in report["settings"].items() if k.startswith("rewrite")})
for row in report["evidence"]:
    print(row["subject"], row["case"], "lone" in row["why"], row["line"])'
	done
}
lookups
lookups --rewrite 'subject=/^(\+?88)?0?(1[3-9]\d{8})$/0$2/' \
	--rewrite 'user=,^bilal$,bilal,i'
