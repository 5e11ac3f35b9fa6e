#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How well quis finds planted misuse, beside the baselines.

For every strength and seed: simulate a portal, rank its users, compare with
the truth.  Prints Markdown: average precision (AP) of the ranking, recall and
precision of what is flagged, and on clean logs how many honest users are.
With --variants the same, in one row each, for portals of other kinds.
"""

import argparse
import concurrent.futures
import os
import statistics
import sys

sys.dont_write_bytecode = True
import portals  # noqa: E402

HERE = portals.HERE


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--seeds", type=portals.seed_range, metavar="A-B",
        default=portals.seed_range("101-120"),
        help="portals to simulate (101-120; 1-20 are for tuning)")
    add("--strength", type=float, action="append", metavar="X",
        help="of misuse, may be repeated; 0 is a clean log (1 .5 .25 0)")
    portals.add_options(add)
    add("--drop", metavar="COLUMN", help="take this column out of the logs")
    add("--quis-options", default="", help="more options for quis rank")
    add("--baselines", default=os.path.join(HERE, "baselines"))
    add("--registers", action="store_true",
        help="give quis the registers (dirty ones)")
    add("--variants", nargs="?", const=",".join(portals.VARIANTS),
        default="", metavar="NAMES", help="a table of other portals: "
        + ", ".join(portals.VARIANTS) + " (all)")
    add("--variant-seeds", type=portals.seed_range, metavar="A-B",
        default=portals.seed_range("121-126"),
        help="for variants but the default (121-126)")
    add("--per-kind", action="store_true",
        help="for every kind of misuse the share found")
    add("--each", action="store_true", help="one line a log as well")
    add("--misses", action="store_true",
        help="list misusers not flagged and honest users flagged")
    args = parser.parse_args()
    args.strength = args.strength or [1, 0.5, 0.25, 0]
    args.variants = [name for name in args.variants.split(",") if name]
    for name in args.variants:
        if name not in portals.VARIANTS:
            parser.error(f"no variant {name}; there are "
                         + ", ".join(portals.VARIANTS))
    portals.expect_programs(parser, (args.sim, args.quis, args.baselines))
    return args


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
    for name, title in portals.BASELINES + (("", "quis"),):
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


def print_portal(args, results):
    """All there is to say of one portal."""
    strengths = [s for s in args.strength if s > 0]
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


def print_heading(args):
    tuning = any(seed in portals.TUNING for seed in args.seeds)
    print(f"{args.users} users, {args.units} units, {args.days} days, seeds "
          f"{args.seeds[0]}–{args.seeds[-1]}{' (tuning)' if tuning else ''}, "
          f"{'with registers' if args.registers else 'log only'}"
          f"{', no ' + args.drop + ' column' if args.drop else ''}"
          f"{', ' + args.sim_options if args.sim_options else ''}.\n",
          flush=True)


def print_variant_head(strengths):
    by = " / ".join(f"{s:g}" for s in strengths)
    print(f"| portal | logs | AP{' at ' + by if by else ''} | recall | precision | "
          "honest among flagged | honest flagged in clean logs |")
    print("|---" * 7 + "|", flush=True)


def print_variant(name, variant, results, strengths):
    def means(key):
        cells = []
        for strength in strengths:
            values = [r[key] for r in results if r["strength"] == strength
                      and r.get(key) is not None]
            cells.append(f"{statistics.mean(values):.3f}" if values else "–")
        return " / ".join(cells) or "–"

    planted = [r for r in results if r["strength"] > 0]
    clean = [r for r in results if r["strength"] == 0]
    flagged = sum(len(r["flagged"]) for r in planted)
    wrong = sum(r["wrong"] for r in planted)
    logs = max(sum(r["strength"] == s for r in results)
               for s in strengths or [0])
    print(f"| {name}: {variant.title} | {logs} | {means('AP')} | "
          f"{means('recall')} | {means('precision')} | {wrong} of {flagged} | "
          + (f"{sum(r['wrong'] for r in clean)} in {len(clean)} |"
             if clean else "as default |"), flush=True)


def submit(pool, args, variant):
    """Jobs of one portal in the order in which they are to be told."""
    settings = portals.vary(args, variant)
    seeds = args.seeds
    if variant is not portals.VARIANTS["default"]:
        seeds = args.variant_seeds[:variant.seeds]
        settings.baselines = None
    return [pool.submit(portals.measure, settings, seed, strength)
            for strength in args.strength if strength > 0 or variant.clean
            for seed in seeds]


def report(args, jobs):
    """Print each portal as soon as its last log is measured."""
    strengths = [s for s in args.strength if s > 0]
    done = {}
    if "default" in jobs:
        print_heading(args)
        done["default"] = [job.result() for job in jobs["default"]]
        print_portal(args, done["default"])
    if not args.variants:
        return
    print(f"Variants of that portal, means over seeds from "
          f"{args.variant_seeds[0]} on; logs are those of one strength.\n")
    print_variant_head(strengths)
    for name in args.variants:
        results = done.setdefault(name, [job.result() for job in jobs[name]])
        print_variant(name, portals.VARIANTS[name], results, strengths)
    print()
    if args.per_kind and strengths and "unseen" in done:
        print_kinds(done["unseen"], strengths)


def main():
    args = options()
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        jobs = {name: submit(pool, args, portals.VARIANTS[name])
                for name in args.variants or ["default"]}
        try:
            report(args, jobs)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


if __name__ == "__main__":
    main()
