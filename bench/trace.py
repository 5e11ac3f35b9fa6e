#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How well `quis trace` finds who leaked a list.

For every seed: simulate a portal with misusers, draw lists that sellers have
leaked and lists that nobody has (leaks.py), trace each. Prints Markdown: for
every way to draw the honest part the average precision (AP) of the order, the
recall of the flagged sellers, the honest users who are flagged, and of the
lists without a leaker the share that flags nobody.
"""

import argparse
import collections
import concurrent.futures
import csv
import io
import os
import random
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import leaks  # noqa: E402
import portals  # noqa: E402


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--seeds", type=portals.seed_range, metavar="A-B",
        default=portals.seed_range("101-106"),
        help="portals to simulate (101-106; 1-20 are for tuning)")
    add("--lists", type=int, default=1, metavar="N",
        help="of each sort, leaked and clean, a portal (1)")
    add("--strength", type=float, default=1, help="of misuse (1)")
    add("--draws", default=",".join(leaks.DRAWS), metavar="NAMES",
        help="ways to draw the honest part (all)")
    portals.add_options(add)
    add("--misses", action="store_true",
        help="list sellers not flagged and honest users flagged")
    args = parser.parse_args()
    args.draws = args.draws.split(",")
    args.drop = None
    args.registers = False
    for draw in args.draws:
        if draw not in leaks.DRAWS:
            parser.error(f"no draw {draw}; there are "
                         + ", ".join(leaks.DRAWS))
    portals.expect_programs(parser, (args.sim, args.quis))
    return args


def trace(args, directory, leak):
    path = os.path.join(directory, "list.txt")
    with open(path, "w") as file:
        file.write("\n".join(leak.subjects) + "\n")
    command = [args.quis, "trace", "--format", "csv", "-q", "--fdr", args.fdr,
               "--threads", "1", path, os.path.join(directory, "log")]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{command}: status {done.returncode}\n"
                           f"{done.stderr}")
    return list(csv.DictReader(io.StringIO(done.stdout)))


def judge(leak, rows):
    flagged = {row["user"] for row in rows if row["flagged"] == "yes"}
    result = {"draw": leak.draw, "sellers": leak.sellers,
              "flagged": flagged, "wrong": len(flagged - leak.sellers),
              "share": leak.share, "subjects": len(leak.subjects),
              "rows": {row["user"]: row for row in rows
                       if row["user"] in flagged | leak.sellers}}
    if leak.sellers:
        order = [row["user"] for row in rows]
        result["AP"] = portals.average_precision(order, leak.sellers)
        result["recall"] = len(flagged & leak.sellers) / len(leak.sellers)
    return result


def measure(args, seed):
    """Simulate one portal, trace all its lists."""
    results = []
    with tempfile.TemporaryDirectory(prefix="quis-trace-") as directory:
        portals.simulate(args, seed, args.strength, directory)
        portal = leaks.read(directory)
        for draw in args.draws:
            for n in range(args.lists):
                for leakers in (True, False):
                    rng = random.Random(f"{seed} {draw} {n} {leakers}")
                    leak = leaks.draw_leak(portal, rng, draw, leakers)
                    results.append({"seed": seed, **judge(
                        leak, trace(args, directory, leak))})
    return results


def print_rows(results, key, names):
    print(f"| {key} | lists | AP | recall | honest flagged | lists without "
          "a leaker that flag nobody |")
    print("|---" * 6 + "|")
    for name, some in names:
        leaked = [r for r in some if r["sellers"]]
        clean = [r for r in some if not r["sellers"]]
        quiet = sum(not r["flagged"] for r in clean)
        print(f"| {name} | {len(leaked)} | "
              + " | ".join(f"{statistics.mean(r[k] for r in leaked):.3f}"
                           if leaked else "–" for k in ("AP", "recall"))
              + f" | {sum(r['wrong'] for r in leaked)} | "
              + (f"{quiet} of {len(clean)} |" if clean else "– |"))
    print()


def print_misses(results):
    for r in results:
        for user in sorted(r["sellers"] ^ r["flagged"]):
            row = r["rows"].get(user, {})
            who = "seller" if user in r["sellers"] else "honest"
            print(f"seed {r['seed']} {r['draw']}, {r['subjects']} subjects, "
                  f"{r['share']:.2f} leaked: {user} ({who}) rank "
                  f"{row.get('rank')} gain {row.get('gain')} hits "
                  f"{row.get('hits')}")
    print()


def main():
    args = options()
    tuning = any(seed in portals.TUNING for seed in args.seeds)
    print(f"{args.users} users, {args.units} units, {args.days} days, seeds "
          f"{args.seeds[0]}–{args.seeds[-1]}{' (tuning)' if tuning else ''}, "
          f"strength {args.strength:g}; lists of 300 to 3,000 subjects, 5 to "
          "60 % of them from six to eight sellers.\n", flush=True)
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        jobs = [pool.submit(measure, args, seed) for seed in args.seeds]
        results = [r for job in jobs for r in job.result()]
    by = collections.defaultdict(list)
    for r in results:
        by[r["draw"]].append(r)
    print_rows(results, "honest part", list(by.items()) + [("all", results)])
    shares = [(f"{low:.0%} to {high:.0%}",
               [r for r in results if r["sellers"]
                and low <= r["share"] < high])
              for low, high in ((.05, .1), (.1, .2), (.2, .4), (.4, .61))]
    print_rows(results, "share leaked", [s for s in shares if s[1]])
    if args.misses:
        print_misses(results)


if __name__ == "__main__":
    main()
