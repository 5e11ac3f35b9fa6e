#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast quis reads each format of a log, beside CSV, and copies logs.

One simulated portal in every format, as one plain file and one .gz, goes
through `quis check`, `quis rank` and `quis cat` in turns within one run. Rates
are bytes of text by second; the goals are judged by CPU time on one thread,
which is what a machine that does nothing else takes, and by ratios within a
round. With --before, an earlier program reads CSV in turn with this one. Prints
Markdown, and puts it into RESULTS.md between its markers.
"""

import argparse
import glob
import os
import statistics
import subprocess
import sys

sys.dont_write_bytecode = True
import exports  # noqa: E402
import speed  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
FORMATS = ("csv", "jsonl", "logfmt", "combined", "w3c")
COMMANDS = {"check": ("check",), "rank": ("rank", "-q", "--format", "csv")}
LOOKUPS, QUICK, DAYS = 1_000_000, 100_000, 90
SHARE, CAT_RATE, DRIFT = 0.6, 200, 1.03


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--quick", action="store_true",
        help=f"{QUICK} lookups, two runs, RESULTS.md left alone")
    add("--runs", type=int, default=5, help="that count, of each (5)")
    add("--lookups", type=int, default=LOOKUPS, help=f"({LOOKUPS})")
    add("--data", default=f"{HERE}/data", help="where exports are kept")
    add("--quis", default=f"{HERE}/../quis")
    add("--before", metavar="PROGRAM", help="an earlier quis to compare with")
    add("--results", metavar="FILE", help="whose section to replace "
        "(RESULTS.md; with --quick none)")
    args = parser.parse_args()
    if args.quick:
        args.runs, args.lookups = 2, QUICK
    elif args.results is None:
        args.results = f"{HERE}/RESULTS.md"
    return args


def simulate(folder, lookups, name):
    subprocess.run([f"{HERE}/portal-sim", "--out", folder, "--lookups",
                    str(lookups), "--days", str(DAYS), "--one-file",
                    "--no-registers", "--seed", "1", "--format", name],
                   check=True, stdout=subprocess.DEVNULL)


def make_log(args, name):
    """(plain, packed): the portal in one format."""
    os.makedirs(args.data, exist_ok=True)
    folder = exports.keep(f"{args.data}/{args.lookups}-{DAYS}-{name}",
                          lambda part: simulate(part, args.lookups, name))
    plain, = glob.glob(f"{folder}/log/*")
    return plain, exports.keep(f"{folder}/one.gz", lambda part:
                               exports.write_packed(part, plain))


def contestant(program, key, *command):
    return speed.Contestant(key, " ".join(map(str, key)),
                            [program, *command], None, False)


def contestants(args, logs):
    """By key: (command, format, how it is packed)."""
    for packed, how in enumerate(("plain", ".gz")):
        for name in FORMATS:
            log = logs[name][packed]
            for key, command in COMMANDS.items():
                yield contestant(args.quis, (key, name, how), *command,
                                 "--threads", "1", log)
                if args.before and name == "csv":
                    yield contestant(args.before, (key, "before", how),
                                     *command, "--threads", "1", log)
            yield contestant(args.quis, ("cat", name, how), "cat",
                             "--threads", "1", log)
        yield contestant(args.quis, ("cat 2", "csv", how), "cat",
                         "--threads", "2", logs["csv"][packed])


def rates(figures, sizes, key, field="cpu"):
    """MB/s of text, run by run."""
    size = sizes["csv" if key[1] == "before" else key[1]]
    return [size / 1e6 / getattr(run, field) for run in figures[key]]


def share(figures, sizes, key, base):
    """The rate of one beside another's, round by round."""
    return statistics.median(
        a / b for a, b in zip(rates(figures, sizes, key),
                              rates(figures, sizes, base)))


def table_of_formats(figures, sizes):
    yield ("| format | MB | " + " | ".join(
        f"{key}, {how}" for key in (*COMMANDS, "cat")
        for how in ("plain", ".gz")) + " |")
    yield "|---" * (2 + 2 * len(COMMANDS) + 2) + "|"
    for name in FORMATS:
        cells = []
        for key in (*COMMANDS, "cat"):
            for how in ("plain", ".gz"):
                at = (key, name, how)
                cells.append(
                    f"{statistics.median(rates(figures, sizes, at)):.0f} "
                    f"({share(figures, sizes, at, (key, 'csv', how)):.2f})")
        yield f"| {name} | {sizes[name] / 1e6:.0f} | {' | '.join(cells)} |"


def table_of_cat(figures, sizes):
    yield "| cat of CSV | MB/s by wall (min–max) | MB/s by CPU |"
    yield "|---|---|---|"
    for key, threads in (("cat", 1), ("cat 2", 2)):
        for how in ("plain", ".gz"):
            at = (key, "csv", how)
            wall = rates(figures, sizes, at, "wall")
            yield (f"| {how}, --threads {threads} | "
                   f"{statistics.median(wall):.0f} "
                   f"({min(wall):.0f}–{max(wall):.0f}) | "
                   f"{statistics.median(rates(figures, sizes, at)):.0f} |")


def goals(args, figures, sizes):
    for name in FORMATS[1:]:
        least = min((share(figures, sizes, (key, name, how),
                           (key, "csv", how)), f"{key}, {how}")
                    for key in COMMANDS for how in ("plain", ".gz"))
        yield speed.goal(f"{name} at {SHARE:.0%} of CSV's bytes a second at "
                         f"least; the least is of {least[1]}", least[0],
                         SHARE, " ×", True)
    for how in ("plain", ".gz"):
        at = ("cat", "csv", how)
        yield speed.goal(f"`quis cat` of CSV, {how}, at {CAT_RATE} MB/s at "
                         "least", statistics.median(rates(figures, sizes, at)),
                         CAT_RATE, " MB/s", True)
    for key in COMMANDS if args.before else ():
        for how in ("plain", ".gz"):
            yield speed.goal(
                f"{key} of CSV, {how}: CPU time at most {DRIFT} × that of the "
                "program before",
                share(figures, sizes, (key, "before", how),
                      (key, "csv", how)), DRIFT, " ×")


def report(args):
    """The lines of the section, as they get known."""
    logs = {name: make_log(args, name) for name in FORMATS}
    sizes = {name: os.path.getsize(logs[name][0]) for name in FORMATS}
    yield speed.machine() + ".\n"
    yield (f"{args.lookups} lookups as one plain file and one .gz (gzip "
           f"-{exports.LEVEL}). Medians of {args.runs} runs in turns, after "
           "one that does not count. MB/s of text by CPU time on one thread; "
           "in brackets, beside CSV:\n")
    figures = speed.in_turns(list(contestants(args, logs)), args.runs)
    yield from table_of_formats(figures, sizes)
    yield ""
    yield from table_of_cat(figures, sizes)
    yield ""
    if args.quick:
        yield "(--quick: these logs are too small to judge the goals by.)\n"
    yield "| goal | measured | met |\n|---|---|---|"
    yield from goals(args, figures, sizes)


def main():
    args = options()
    lines = []
    for line in report(args):
        print(line, flush=True)
        lines.append(line)
    if args.results:
        speed.write_section(args.results, "\n".join(lines), "formats")


if __name__ == "__main__":
    main()
