#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nominal against observed: how often the p-values of honest users fall below
0.1, 0.01, 0.001 and 0.0001 on simulated portals without misuse.

A valid p-value is below x for at most a share x of users. Also counts the
users and units that are flagged, of whom there should be none. Prints Markdown.
"""

import argparse
import concurrent.futures
import csv
import io
import math
import os
import shlex
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
NOMINAL = (0.1, 0.01, 0.001, 0.0001)


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", default="201-220", metavar="A-B")
    parser.add_argument("--sim-options", default="", metavar="OPTIONS")
    return parser.parse_args()


def p_values(seed, extra):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([f"{HERE}/portal-sim", "--out", folder, "--seed",
                        str(seed), "--strength", "0", "--no-registers",
                        *shlex.split(extra)],
                       check=True, stdout=subprocess.DEVNULL)
        text = subprocess.run([f"{HERE}/null-p", f"{folder}/log"], check=True,
                              capture_output=True, text=True).stdout
        flagged = [count_flagged(f"{folder}/log", by)
                   for by in ("user", "unit")]
    return list(csv.DictReader(io.StringIO(text))), flagged


def count_flagged(log, by):
    text = subprocess.run([f"{HERE}/../quis", "rank", "--by", by, "-q",
                           "--format", "csv", log], check=True,
                          capture_output=True, text=True).stdout
    return sum(row["flagged"] == "yes"
               for row in csv.DictReader(io.StringIO(text)))


def main():
    args = options()
    first, _, last = args.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(lambda seed: p_values(seed, args.sim_options),
                             seeds))
    logs = [rows for rows, _ in done]
    users, units = (sum(flagged[i] for _, flagged in done) for i in (0, 1))
    print("| p-value | users | " +
          " | ".join(f"p ≤ {x:g}" for x in NOMINAL) + " |")
    print("|---" * (2 + len(NOMINAL)) + "|")
    for name in [key for key in logs[0][0] if key != "user"]:
        values = [float(row[name]) for log in logs for row in log]
        values = [p for p in values if not math.isnan(p)]
        shares = (sum(p <= x for p in values) / max(1, len(values))
                  for x in NOMINAL)
        print(f"| {name} | {len(values)} | " +
              " | ".join(f"{share:.4f}" for share in shares) + " |")
    print(f"\nFlagged in {len(logs)} logs: {users} users, {units} units.")


if __name__ == "__main__":
    main()
