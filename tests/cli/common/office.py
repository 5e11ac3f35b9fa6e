# SPDX-License-Identifier: Apache-2.0
"""A log of a small office: users of three units who are much alike, each with
twelve lookups of his own and three that all ask for. lines(): what some did
besides, as (user, day, subject[, outcome])."""


def write(path, more=(), users=24, columns="time,user,unit,role,kind,subject,"
          "case,outcome"):
    asked = [(user, 1 + n, 1700000000 + 100 * user + n)
             for user in range(users) for n in range(12)]
    asked += [(user, 14, 1800000000 + n) for user in range(users)
              for n in range(3)]
    rows = []
    for n, (user, day, subject, *outcome) in enumerate(asked + list(more)):
        row = {"time": f"2026-05-{day:02}T{8 + n % 9:02}:{n % 60:02}:00+06:00",
               "user": f"u{user:02}", "unit": f"U{user % 3}", "role": "si",
               "kind": "identity", "subject": subject,
               "case": f"C-{user % 3}", "outcome": (outcome or ["found"])[0]}
        rows.append(",".join(str(row[c]) for c in columns.split(",")))
    with open(path, "w") as file:
        file.write("\n".join([columns, *sorted(rows)]) + "\n")
