#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is planted misuse still found, and are the honest still spared?

A few small simulated portals, the same at each run and on every machine,
through the program itself. bench/detect.py measures in earnest; this notices
when a change costs something. Raise the thresholds as detection gets better:
--figures prints where it stands.
"""
import argparse
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "bench"))
import portals  # noqa: E402
import trace  # noqa: E402

USERS, UNITS, DAYS = 400, 14, 60
MISUSERS = 9  # one of each kind, and two who collude
AT_ONCE = 2

# Strength, seeds, and what the mean over the logs must reach at least.
LEAST = (
    (1, "301-306", {"AP": 0.96, "recall": 0.88, "precision": 0.94}),
    (0.5, "307-312", {"AP": 0.85, "recall": 0.70, "precision": 0.94}),
    (0.25, "313-318", {"AP": 0.77, "recall": 0.60, "precision": 0.92}),
)
# Seeds of logs without misuse, and how many users may be flagged in all.
CLEAN, MOST_HONEST = "319-330", 2
# The same with dirty registers.
LEAST_REGISTERS = (
    (1, "301-303", {"AP": 0.97, "recall": 0.90, "precision": 0.92}),
    (0.25, "313-316", {"AP": 0.80, "recall": 0.60, "precision": 0.92}),
)
CLEAN_REGISTERS, MOST_HONEST_REGISTERS = "319-330", 2
# Leaked lists, drawn in these ways from one portal a seed: with leakers, and
# without.
LISTS, DRAWS = "331-332", ("lookups", "officers", "unit_lookups", "popular")
LEAST_TRACE, MOST_TRACED = {"AP": 0.9, "recall": 0.75}, 0


def settings(program, registers=False):
    return argparse.Namespace(
        users=USERS, units=UNITS, days=DAYS, drop=None, registers=registers,
        sim=str(ROOT / "bench" / "portal-sim"), baselines=None,
        sim_options=f"--misusers {MISUSERS}", quis=program, quis_options="",
        fdr="0.05")


def mean(results, key):
    values = [r[key] for r in results if r.get(key) is not None]
    return statistics.mean(values) if values else 0.0


def ranked(args, pool, least, clean, most, registers):
    use = settings(args.program, registers)
    plan = least + ((0, clean, {}),)
    jobs = [[pool.submit(portals.measure, use, seed, strength)
             for seed in portals.seed_range(seeds)]
            for strength, seeds, _ in plan]
    logs = [[job.result() for job in some] for some in jobs]
    beside = ", registers" if registers else ""
    for (strength, _, bounds), results in zip(plan, logs):
        for key, bound in bounds.items():
            figure = mean(results, key)
            yield (f"{key} at strength {strength:g}{beside}", figure,
                   f"at least {bound:g}", figure >= bound)
    honest = sum(r["wrong"] for r in logs[-1])
    yield (f"users flagged without misuse{beside}", honest,
           f"at most {most}", honest <= most)


def traced(args, pool):
    use = settings(args.program)
    use.strength, use.lists, use.draws = 1, 1, DRAWS
    jobs = [pool.submit(trace.measure, use, seed)
            for seed in portals.seed_range(LISTS)]
    results = [r for job in jobs for r in job.result()]
    for key, bound in LEAST_TRACE.items():
        figure = mean(results, key)
        yield f"{key} of traces", figure, f"at least {bound:g}", figure >= bound
    wrong = sum(r["wrong"] for r in results)
    yield ("users wrongly traced", wrong, f"at most {MOST_TRACED}",
           wrong <= MOST_TRACED)


def measured(args):
    """Name, figure, bound, and whether the bound holds, of each test."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from ranked(args, pool, LEAST, CLEAN, MOST_HONEST, False)
        yield from ranked(args, pool, LEAST_REGISTERS, CLEAN_REGISTERS,
                          MOST_HONEST_REGISTERS, True)
        yield from traced(args, pool)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default=str(ROOT / "quis"))
    parser.add_argument("--figures", action="store_true",
                        help="print all figures, not failures alone")
    args = parser.parse_args()
    args.program = os.path.abspath(args.program)
    began, passed, failed = time.monotonic(), 0, 0
    try:
        for name, figure, bound, holds in measured(args):
            passed += holds
            failed += not holds
            if not holds or args.figures:
                print(f"{'' if holds else 'FAILED '}detect/{name}: "
                      f"{figure:.3f}, {bound}")
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        failed += 1
        print(f"FAILED detect\n  {error}")
    print(f"detect: {passed} passed, {failed} failed "
          f"({time.monotonic() - began:.1f} s)")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
