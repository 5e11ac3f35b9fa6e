#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How well quis finds planted misuse, beside the baselines.

For every strength and seed: simulate a portal, rank its users, compare with
the truth.  Prints Markdown: average precision (AP) of the ranking, recall and
precision of what is flagged, and on clean logs how many honest users are.
"""

import argparse
import concurrent.futures
import csv
import glob
import io
import os
import shlex
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BASELINES = (("lookups", "number of lookups"),
             ("z", "robust z of the daily rate within the unit"))


def seed_range(text):
    first, _, last = text.partition("-")
    seeds = list(range(int(first), int(last or first) + 1))
    if not seeds:
        raise argparse.ArgumentTypeError(f"{text} holds no seed")
    return seeds


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--seeds", type=seed_range, default=seed_range("101-120"),
        metavar="A-B", help="portals to simulate (101-120)")
    add("--strength", type=float, action="append", metavar="X",
        help="of misuse, may be repeated; 0 is a clean log (1 .5 .25 0)")
    add("--users", type=int, default=1480)
    add("--units", type=int, default=44)
    add("--days", type=int, default=90)
    add("--sim", default=os.path.join(HERE, "portal-sim"))
    add("--sim-options", default="", help="more options for portal-sim")
    add("--quis", default=os.path.join(HERE, "..", "quis"))
    add("--quis-options", default="", help="more options for quis rank")
    add("--baselines", default=os.path.join(HERE, "baselines"))
    add("--registers", action="store_true",
        help="give quis the registers (dirty ones)")
    add("--fdr", default="0.05")
    add("--per-kind", action="store_true",
        help="for every kind of misuse the share found")
    add("--each", action="store_true", help="one line a log as well")
    add("--misses", action="store_true",
        help="list misusers not flagged and honest users flagged")
    add("--jobs", type=int, default=2)
    args = parser.parse_args()
    args.strength = args.strength or [1, 0.5, 0.25, 0]
    for program in (args.sim, args.quis, args.baselines):
        if not os.access(program, os.X_OK):
            parser.error(f"{program} is not there; make it first")
    return args


def average_precision(order, truth):
    """Mean over the misusers of the precision at each one's rank."""
    found, total = 0, 0.0
    for rank, user in enumerate(order, 1):
        if user in truth:
            found += 1
            total += found / rank
    return total / len(truth) if truth else None


def simulate(args, seed, strength, out):
    command = [args.sim, "--out", out, "--seed", str(seed),
               "--strength", str(strength), "--users", str(args.users),
               "--units", str(args.units), "--days", str(args.days),
               "--threads", "1"]
    if not args.registers:
        command.append("--no-registers")
    subprocess.run(command + shlex.split(args.sim_options), check=True)
    with open(os.path.join(out, "truth.csv"), newline="") as file:
        return {row["user"]: row["misuse"].split("+")[0]
                for row in csv.DictReader(file) if int(row["lookups"]) > 0}


def rank(args, out):
    command = [args.quis, "rank", "--format", "csv", "-q", "--fdr", args.fdr]
    if args.registers:
        for name in ("roster", "units", "cases", "case-subjects"):
            command += [f"--{name}",
                        os.path.join(out, "registers", f"{name}.csv")]
    command += shlex.split(args.quis_options) + [os.path.join(out, "log")]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{shlex.join(command)}: status {done.returncode}\n"
                 f"{done.stderr}")
    return list(csv.DictReader(io.StringIO(done.stdout)))


def baseline_orders(args, out):
    """Baselines read plain CSV; other formats go without them."""
    files = sorted(glob.glob(os.path.join(out, "log", "*.csv")))
    if not files:
        return {}
    text = subprocess.run([args.baselines] + files, check=True,
                          capture_output=True, text=True).stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    return {name: [row["user"] for row in sorted(
        rows, key=lambda row: (-float(row[name]), row["user"]))]
        for name, _ in BASELINES}


def run(args, seed, strength):
    with tempfile.TemporaryDirectory(prefix="quis-detect-") as out:
        truth = simulate(args, seed, strength, out)
        rows = rank(args, out)
        baselines = baseline_orders(args, out)
    order = [row["user"] for row in rows]
    flagged = {row["user"] for row in rows if row["flagged"] == "yes"}
    right = len(flagged & truth.keys())
    result = {"seed": seed, "strength": strength, "truth": truth,
              "rank": {user: i for i, user in enumerate(order, 1)},
              "rows": {row["user"]: row for row in rows},
              "flagged": flagged, "right": right,
              "wrong": len(flagged) - right,
              "AP": average_precision(order, truth)}
    for name, other in baselines.items():
        result["AP " + name] = average_precision(other, truth)
    if truth:
        result["recall"] = right / len(truth)
    if flagged:
        result["precision"] = right / len(flagged)
    return result


def spread(results, key, digits=3):
    values = [r[key] for r in results if r.get(key) is not None]
    if not values:
        return "–"
    sd = statistics.stdev(values) if len(values) > 1 else 0
    return (f"{statistics.mean(values):.{digits}f} "
            f"({min(values):.{digits}f}–{max(values):.{digits}f}, "
            f"sd {sd:.{digits}f})")


def print_detection(results, strengths, fdr):
    print("| strength | logs | AP | recall | precision | "
          "false among flagged |")
    print("|---|---|---|---|---|---|")
    for strength in strengths:
        some = [r for r in results if r["strength"] == strength]
        flagged = sum(len(r["flagged"]) for r in some)
        wrong = sum(r["wrong"] for r in some)
        print(f"| {strength:g} | {len(some)} | {spread(some, 'AP')} | "
              f"{spread(some, 'recall')} | {spread(some, 'precision')} | "
              f"{wrong} of {flagged} |")
    print(f"\nMean (minimum–maximum, standard deviation) over the logs; "
          f"recall and precision at `--fdr {fdr}`, precision over the logs "
          f"with somebody flagged.\n")


def print_baselines(results, strengths):
    print("| AP of the ranking by | "
          + " | ".join(f"strength {s:g}" for s in strengths) + " |")
    print("|---" * (len(strengths) + 1) + "|")
    for name, title in BASELINES + (("", "quis"),):
        cells = [spread([r for r in results if r["strength"] == s],
                        f"AP {name}".strip()) for s in strengths]
        print(f"| {title} | " + " | ".join(cells) + " |")
    print()


def print_clean(results):
    logs = [r for r in results if not r["truth"]]
    if not logs:
        return
    counts = [r["wrong"] for r in logs]
    print(f"Logs without misuse: {sum(counts)} honest users flagged in "
          f"{len(logs)} logs; at most {max(counts)} in one, "
          f"{sum(c > 0 for c in counts)} logs with any.\n")


def print_kinds(results, strengths):
    kinds = list(dict.fromkeys(
        kind for r in results for kind in r["truth"].values()))
    print("| kind | " + " | ".join(
        f"strength {s:g}: found | median rank" for s in strengths) + " |")
    print("|---" * (2 * len(strengths) + 1) + "|")
    for kind in kinds:
        cells = []
        for strength in strengths:
            ranks, found = [], 0
            for r in results:
                if r["strength"] != strength:
                    continue
                users = [u for u, k in r["truth"].items() if k == kind]
                last = len(r["rank"]) + 1
                ranks += [r["rank"].get(u, last) for u in users]
                found += sum(u in r["flagged"] for u in users)
            cells.append(f"{found} of {len(ranks)} | "
                         f"{statistics.median(ranks):g}" if ranks else "– | –")
        print(f"| {kind} | " + " | ".join(cells) + " |")
    print()


def print_each(results):
    for r in results:
        ap = "" if r["AP"] is None else f" AP {r['AP']:.3f}"
        print(f"seed {r['seed']} strength {r['strength']:g}:{ap} "
              f"right {r['right']} of {len(r['truth'])}, wrong {r['wrong']}")
    print()


def print_misses(results):
    for r in results:
        wanted = [(u, k) for u, k in r["truth"].items()
                  if u not in r["flagged"]]
        wanted += [(u, "honest") for u in sorted(r["flagged"])
                   if u not in r["truth"]]
        for user, kind in wanted:
            row = r["rows"].get(user, {})
            print(f"seed {r['seed']} strength {r['strength']:g}: {user} "
                  f"({kind}) rank {r['rank'].get(user)} "
                  f"q {row.get('q')} {row.get('signals')}")
    print()


def main():
    args = options()
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        jobs = [pool.submit(run, args, seed, strength)
                for strength in args.strength for seed in args.seeds]
        try:
            results = [job.result() for job in jobs]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    strengths = [s for s in args.strength if s > 0]
    print(f"{args.users} users, {args.units} units, {args.days} days, seeds "
          f"{args.seeds[0]}–{args.seeds[-1]}, "
          f"{'with registers' if args.registers else 'log only'}"
          f"{', ' + args.sim_options if args.sim_options else ''}.\n")
    if args.each:
        print_each(results)
    if strengths:
        print_detection(results, strengths, args.fdr)
        print_baselines(results, strengths)
    print_clean(results)
    if args.per_kind and strengths:
        print_kinds(results, strengths)
    if args.misses:
        print_misses(results)


if __name__ == "__main__":
    main()
