# SPDX-License-Identifier: Apache-2.0
set -eu
# Much work alone flags nobody, but a hundred times the next one's is like
# nobody's, even where every subject is everybody's.
python3 - >log.csv <<'END'
print("time,user,unit,role,kind,subject,case")
for user in range(40):
    for day in range(1, 15):
        for i in range(1000 if user == 7 else 8 + user % 5):
            print(f"2026-05-{day:02}T{8 + i % 9:02}:00:{i % 60:02}Z,u{user},"
                  f"U{user % 4},officer,identity,{1000 + i % 8},C-1")
END
"$QUIS" rank --format csv log.csv | sed -n '2,3p' | cut -d, -f1-5,14
