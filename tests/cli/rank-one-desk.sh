# SPDX-License-Identifier: Apache-2.0
set -eu
# The only desk there is has no peers: it may rank first, but is not flagged.
python3 - >log.csv <<'END'
import random
random.seed(3)
print("time,user,unit,role,kind,subject,case")
for user in range(60):
    for day in range(1, 29):
        for i in range(8):
            shared = random.random() < .7
            subject = (10**6 + random.randrange(300) if shared
                       else random.randrange(10**9, 10**10))
            print(f"2026-05-{day:02}T{8 + i:02}:00:00Z,u{user},U{user % 6},"
                  f"officer,identity,{subject},C-{user % 6}")
for day in range(1, 29):
    for i in range(10):
        print(f"2026-05-{day:02}T{8 + i:02}:30:00Z,desk,U1,desk,identity,"
              f"{random.randrange(10**9, 10**10)},")
END
"$QUIS" rank --format csv log.csv | awk -F, '$2 == "desk" { print $1, $5 }'
"$QUIS" rank --format csv log.csv 2>/dev/null | grep -c ',yes,' || true
