#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does a lookup still cost as many instructions as recorded?

Time is noise; instructions are not. callgrind counts those of the program's
own code, room by room, on a small simulated log and on one twice as long: the
difference is what a lookup costs. What zlib, libcrypto, libm and libc execute
depends on machine and version and does not count, nor does vector code: the
program is that of `make VECTOR=no ISAL=no`. What is left repeats exactly, but
for hash tables, which are seeded at random: up to 2 % in turn and base.

The recorded figures are of one compiler and -O3; with others this says that
it was skipped. `make instructions` records anew what a change makes right:
read the difference before you commit it.
"""
import argparse
import collections
import glob
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = Path(__file__).with_suffix(".txt")
OFF = 0.05  # how far a figure may be off, either way
REPEATS = 3  # to record, and before something is called off
PORTAL = ("--seed", "1", "--lookups", "40000", "--days", "20", "--users",
          "60", "--units", "4", "--no-registers", "--threads", "1")
SHORT_DAYS = 10

# Rooms whose work is proportional to lookups. The others rank: their work
# depends on users, units and cases, and counts as a whole.
BY_LOOKUP = ("input", "format", "lookup", "turn", "base")
START, RANKING = "start", "ranking"  # in thousands


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--program", default=str(ROOT / "build-plain" / "quis"))
    add("--sim", default=str(ROOT / "bench" / "portal-sim"))
    add("--record", action="store_true",
        help=f"write {RECORD.name} instead of comparing with it")
    return parser.parse_args()


def compiler_of(program):
    """Compiler, level and machine, as the debug information has them."""
    found = re.search(rb"GNU C17 (\S+)[^\0]*?( -O\w+)[^\0]*|clang version [^\0]+",
                      Path(program).read_bytes())
    if not found:
        return "unknown"
    if not found[1]:
        return found[0].decode(errors="replace").strip()
    extra = b" sanitized" if b"-fsanitize" in found[0] else b""
    return (b"gcc " + found[1] + found[2] + extra).decode() + \
        " " + platform.machine()


def own_costs(profile, program):
    """Instructions by room: the folder of the file that a function is in.
    The format is of valgrind's manual, "Callgrind Format Specification"."""
    names, rooms = {}, collections.Counter()
    program = os.path.realpath(program)
    mine, room, callee = False, "", False
    for line in open(profile, errors="replace"):
        found = re.match(r"(ob|fl|fi|fe|cob|cfi|cfl)=(?:\((\d+)\))?(?: ?(.+))?",
                         line)
        if found:
            kind = "ob" if found[1].endswith("ob") else "fl"
            name = names.setdefault((kind, found[2]), found[3]) \
                if found[2] else found[3]
            if found[1] == "ob":
                mine = os.path.realpath(name) == program
            elif found[1] == "fl":
                place = re.search(r"(?:^|/)(?:src/(\w+)|(cli))/[^/]*$", name)
                # What a header of another project brings in is of base.
                room = (place[1] or place[2]) if place else "base"
        elif line.startswith("calls="):
            callee = True  # the next line is the callee's
        elif line[0] in "0123456789+-*":
            cells = line.split()
            if mine and not callee and len(cells) > 1:
                rooms[room] += int(cells[1])
            callee = False
    return rooms


def count(program, name, paths):
    with tempfile.TemporaryDirectory(prefix="quis-cg-") as folder:
        profile = os.path.join(folder, name)
        done = subprocess.run(
            ["valgrind", "-q", "--tool=callgrind",
             f"--callgrind-out-file={profile}", program, "rank", "--format",
             "csv", "-q", "--threads", "1", *paths],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0 or not os.path.exists(profile):
            sys.exit(f"instructions: valgrind ended with {done.returncode}\n"
                     + done.stderr)
        return own_costs(profile, program)


def lookups_of(paths):
    """The simulator writes one header a file, and a lookup a line."""
    return sum(Path(p).read_bytes().count(b"\n") - 1 for p in paths)


def measure(args):
    """Figures by name, in the order in which they are told."""
    with tempfile.TemporaryDirectory(prefix="quis-log-") as folder:
        subprocess.run([args.sim, "--out", f"{folder}/portal", *PORTAL],
                       check=True, stdout=subprocess.DEVNULL)
        days = sorted(glob.glob(f"{folder}/portal/log/*.csv"))
        one = Path(folder, "one.csv")
        one.write_bytes(b"".join(
            Path(days[0]).read_bytes().splitlines(keepends=True)[:2]))
        logs = {"long": days, "short": days[:SHORT_DAYS], "one": [str(one)]}
        with ThreadPoolExecutor(2) as pool:
            costs = dict(zip(logs, pool.map(
                lambda name: count(args.program, name, logs[name]), logs)))
        more = lookups_of(logs["long"]) - lookups_of(logs["short"])
    figures = {room: (costs["long"][room] - costs["short"][room]) / more
               for room in BY_LOOKUP}
    figures[RANKING] = sum(n for room, n in costs["long"].items()
                           if room not in BY_LOOKUP) / 1000
    figures[START] = costs["one"].total() / 1000
    return figures


def medians(several):
    return {name: statistics.median(figures[name] for figures in several)
            for name in several[0]}


def differences(figures, wanted):
    """Sentences on what is off."""
    return [f"instructions: {name} takes {figures.get(name, 0):.0f}, recorded "
            f"are {wanted.get(name, 0):.0f}"
            for name in sorted(figures.keys() | wanted.keys())
            if abs(figures.get(name, 0) - wanted.get(name, 0)) >
            OFF * wanted.get(name, 0)]


def write_record(compiler, figures):
    text = [f"# Instructions of quis's own code: see {Path(__file__).name}.",
            "# Of the folders of src/ by lookup; ranking (all other folders) "
            "and start",
            "# (a log of one lookup) as a whole, in thousands. "
            "Recorded by `make instructions`.",
            f"compiler {compiler}"]
    text += [f"{name} {value:.0f}" for name, value in figures.items()]
    RECORD.write_text("\n".join(text) + "\n")


def read_record():
    rows = dict(line.split(" ", 1) for line in RECORD.read_text().splitlines()
                if line and not line.startswith("#"))
    compiler = rows.pop("compiler")
    return compiler, {name: float(value) for name, value in rows.items()}


def told(figures):
    return ("a lookup " + ", ".join(f"{room} {figures[room]:.0f}"
                                    for room in BY_LOOKUP)
            + f"; ranking {figures[RANKING] / 1000:.1f} million, start "
            f"{figures[START] / 1000:.1f} million")


def main():
    args = options()
    if not shutil.which("valgrind"):
        print("instructions: skipped, there is no valgrind")
        return 0
    compiler = compiler_of(args.program)
    if not args.record and compiler != read_record()[0]:
        print(f"instructions: skipped, the program is of {compiler}, the "
              f"record of {read_record()[0]}")
        return 0
    if args.record:
        figures = medians([measure(args) for _ in range(REPEATS)])
        write_record(compiler, figures)
        print(f"instructions: recorded, {told(figures)}")
        return 0
    wanted = read_record()[1]
    several = [measure(args)]
    while differences(medians(several), wanted) and len(several) < REPEATS:
        several.append(measure(args))
    bad = differences(medians(several), wanted)
    if bad:
        print("\n".join(bad) + f"\nmore than {OFF:.0%} off; if the change is "
              f"meant to do that, `make instructions` records it")
        return 1
    print(f"instructions: as recorded ({told(several[0])})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
