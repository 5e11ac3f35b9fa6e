#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast quis is, beside the programs it has to stand beside.

All commands run in turns within one run (A B C A B C …, one round that does
not count first), so that what else the machine does meets all alike. Figures
are of whole processes: medians and, in brackets, the least and the most;
ratios are taken within a round. What is not there is left out, and said so.
Prints Markdown, and puts it into RESULTS.md between its markers.
"""

import argparse
import collections
import hashlib
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import exports  # noqa: E402
import shares  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
MILLION = 1_000_000
MAIN, SCALE, QUICK = 11, "1,5,11,25,50", 1  # million lookups
MEMORY, MEMORY_LARGE = 256, 512  # MB, the latter for 50 million lookups

Run = collections.namedtuple("Run", "wall cpu memory digest")
Contestant = collections.namedtuple(
    "Contestant", "key title command environment ours",
    defaults=(None, False))


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("--quick", action="store_true",
        help=f"{QUICK} million lookups, two runs, RESULTS.md left alone")
    add("--runs", type=int, default=5, help="that count, of each (5)")
    add("--scale-runs", type=int, default=3, help="of each size (3)")
    add("--scale", default=SCALE, metavar="LIST",
        help=f"sizes in million lookups ({SCALE})")
    add("--without", default="", metavar="LIST",
        help="leave these out: their names in the first column")
    add("--data", default=f"{HERE}/data", help="where exports are kept")
    add("--quis", default=f"{HERE}/../quis")
    add("--quis-zlib", default=f"{HERE}/../build-zlib/quis",
        help="built without libisal")
    add("--quis-perf", default=f"{HERE}/../build-perf/quis",
        help="built with frame pointers, for the profile")
    add("--duckdb-modules", metavar="DIR",
        default=os.environ.get("NODE_PATH", f"{HERE}/node_modules"),
        help="node_modules with @duckdb/node-api")
    add("--results", metavar="FILE", help="whose section to replace "
        "(RESULTS.md; with --quick none)")
    args = parser.parse_args()
    if args.quick:
        args.runs = args.scale_runs = 2
    elif args.results is None:
        args.results = f"{HERE}/RESULTS.md"
    args.main = QUICK if args.quick else MAIN
    args.sizes = [args.main] if args.quick else [
        int(n) for n in args.scale.split(",") if n]
    return args


# ---- measuring

def run(contestant):
    """One run; only what quis prints is kept, as a digest."""
    with tempfile.TemporaryFile() as out:
        start = time.monotonic()
        child = subprocess.Popen(
            contestant.command, env=contestant.environment,
            stdout=out if contestant.ours else subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise SystemExit(f"{contestant.title} ended with "
                             f"{child.returncode}")
        out.seek(0)
        digest = hashlib.file_digest(out, "sha256").hexdigest()
    return Run(wall, usage.ru_utime + usage.ru_stime,
               usage.ru_maxrss * 1024 / 1e6, digest)


def in_turns(contestants, runs):
    """Key → its runs; the first round does not count."""
    figures = {c.key: [] for c in contestants}
    for i in range(runs + 1):
        for c in contestants:
            print(f"round {i} of {runs}: {c.title}" + " " * 20, end="\r",
                  file=sys.stderr, flush=True)
            figures[c.key].append(run(c))
    print(" " * 78, end="\r", file=sys.stderr)
    return {key: done[1:] for key, done in figures.items()}


def median(runs, field):
    return statistics.median(getattr(r, field) for r in runs)


def ratio(figures, key, base):
    """Wall time of one beside another, taken round by round."""
    if key not in figures or base not in figures:
        return None
    return statistics.median(a.wall / b.wall for a, b in
                             zip(figures[key], figures[base]))


def spread(runs):
    walls = [r.wall for r in runs]
    return (f"{statistics.median(walls):.2f} "
            f"({min(walls):.2f}–{max(walls):.2f})")


# ---- who takes part

def has_option(program, name):
    said = subprocess.run([program, "rank", "--help"], capture_output=True,
                          text=True, check=False).stdout
    return f" {name} " in said or f" {name}=" in said


def rank(program, *more):
    return [program, "rank", "--format", "csv", "-q", *more]


def two_at_a_time(files):
    return ["sh", "-c", 'printf "%s\\0" "$@" | xargs -0 -n 45 -P 2 igzip -dc',
            "sh", *files]


def duckdb(args):
    """(version, environment), or (None, why it is not measured)."""
    if not shutil.which("node"):
        return None, "there is no node"
    environment = dict(os.environ, NODE_PATH=args.duckdb_modules)
    done = subprocess.run(["node", f"{HERE}/duckdb.js"], env=environment,
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None, (f"no @duckdb/node-api in {args.duckdb_modules}; "
                      "`npm install` it somewhere and name its node_modules "
                      "with --duckdb-modules")
    return done.stdout.strip().lstrip("v"), environment


def others(args, export, missing):
    """Programs of other people."""
    files = export.files
    yield Contestant("floor", "igzip -dc, two at a time (the floor)",
                     two_at_a_time(files))
    yield Contestant("igzip", "igzip -dc", ["igzip", "-dc", *files])
    yield Contestant("igzip-one", "igzip -dc of one .gz",
                     ["igzip", "-dc", export.one])
    yield Contestant("cat-plain", "cat of the plain file",
                     ["cat", export.plain])
    yield Contestant("zcat", "zcat", ["zcat", *files])
    yield Contestant("zlib", "zlib's inflate on two threads",
                     [f"{HERE}/inflate-zlib", "2", *files])
    yield Contestant("mawk", "zcat and mawk: lookups by user", [
        "sh", "-c", "zcat \"$@\" | mawk -F, '$2 != \"user\" { n[$2]++ } "
        "END { for (who in n) print who, n[who] }'", "sh", *files])
    version, found = duckdb(args)
    if version is None:
        missing.append(f"duckdb: {found}")
    else:
        query = ["node", f"{HERE}/duckdb.js", f"{export.folder}/*.csv.gz"]
        title = f"DuckDB {version}: subjects asked for once, by user"
        yield Contestant("duckdb", title, query, found)
        yield Contestant("duckdb-text", f"{title}, all columns text",
                         [*query, "text"], found)


def ours(args, export, missing):
    """quis in its ways; the bytes it prints must be the same in all."""
    def way(key, title, *command):
        return Contestant(key, title, list(command), None, True)

    quis, log = args.quis, export.folder
    yield way("quis", "quis rank --threads 2",
              *rank(quis, "--threads", "2", log))
    yield way("quis-1", "quis rank --threads 1",
              *rank(quis, "--threads", "1", log))
    if os.access(args.quis_zlib, os.X_OK):
        yield way("quis-zlib", "quis built without libisal",
                  *rank(args.quis_zlib, "--threads", "2", log))
    else:
        missing.append("quis-zlib: `make BUILD=build-zlib ISAL=no` builds it")
    for key, name, value in (("quis-inflate", "--inflate", "zlib"),
                             ("quis-memory", "--memory", f"{MEMORY}M")):
        if has_option(quis, name):
            yield way(key, f"quis rank {name} {value}",
                      *rank(quis, "--threads", "2", name, value, log))
        else:
            missing.append(f"{key}: quis has no {name}")
    yield way("quis-one", "quis rank of one .gz",
              *rank(quis, "--threads", "2", export.one))
    yield way("quis-plain", "quis rank of one plain file",
              *rank(quis, "--threads", "2", export.plain))


def sized(args, sizes, missing):
    """For every size its floor and quis; with little memory at the largest."""
    for n, export in sizes.items():
        yield Contestant(f"floor {n}", f"igzip -dc, {n} million",
                         two_at_a_time(export.files))
        yield Contestant(f"quis {n}", f"quis rank, {n} million",
                         rank(args.quis, "--threads", "2", export.folder),
                         None, True)
    largest = max(sizes)
    if largest == args.main:
        return
    if has_option(args.quis, "--memory"):
        memory = f"{MEMORY_LARGE}M"
        yield Contestant("quis-memory", f"quis rank --memory {memory}, "
                         f"{largest} million",
                         rank(args.quis, "--threads", "2", "--memory", memory,
                              sizes[largest].folder), None, True)
    else:
        missing.append(f"quis-memory at {largest} million: quis has no "
                       "--memory")


# ---- telling

def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo")
                  if line.startswith("model name")), platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux "
            f"{platform.release()}; load {os.getloadavg()[0]:.1f} when it "
            "began")


def peak(memory):
    """In MB; a child starts with the size of this script, which hides less."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return f"{memory:.0f}" if memory > own else f"below {own:.0f}"


def not_measured(missing):
    """Lines that say why, and a blank one."""
    yield ""
    if missing:
        yield "Not measured: " + "; ".join(missing) + ".\n"
        missing.clear()


def table_of_runs(contestants, figures):
    yield ("| name | command | wall s (min–max) | CPU s | × floor | "
           "peak MB |")
    yield "|---|---|---|---|---|---|"
    for c in contestants:
        runs = figures[c.key]
        yield (f"| {c.key} | {c.title} | {spread(runs)} | "
               f"{median(runs, 'cpu'):.2f} | "
               f"{ratio(figures, c.key, 'floor'):.1f} | "
               f"{peak(median(runs, 'memory'))} |")


def table_of_sizes(sizes, figures):
    yield ("| lookups | floor, wall s | quis, wall s (min–max) | CPU s | "
           "× floor | ns a lookup | peak MB | bytes a lookup |")
    yield "|---" * 8 + "|"
    rows = [(n, f"quis {n}", "") for n in sizes]
    if "quis-memory" in figures:
        rows.append((max(sizes), "quis-memory",
                     f", --memory {MEMORY_LARGE}M"))
    for n, key, more in rows:
        lookups, runs = sizes[n].lookups, figures[key]
        memory = median(runs, "memory")
        yield (f"| {lookups / MILLION:.1f} million{more} | "
               f"{median(figures[f'floor {n}'], 'wall'):.2f} | "
               f"{spread(runs)} | {median(runs, 'cpu'):.2f} | "
               f"{ratio(figures, key, f'floor {n}'):.1f} | "
               f"{median(runs, 'wall') / lookups * 1e9:.0f} | {memory:.0f} | "
               f"{memory * 1e6 / lookups:.0f} |")


def goal(text, value, limit, unit="", least=False):
    """A row; a value of None was not measured."""
    if value is None:
        return f"| {text} | not measured | |"
    met = value >= limit if least else value <= limit
    return (f"| {text} | {value:.{0 if value >= 100 else 2}f}{unit} | "
            f"{'yes' if met else '**no**'} |")


def goals_of_runs(export, figures):
    def of(key, base):
        return ratio(figures, key, base)

    def mb(key):
        return median(figures[key], "memory") if key in figures else None

    yield goal("wall at most 3.0 × the floor", of("quis", "floor"), 3.0, " ×")
    yield goal("at least 6 × faster than DuckDB", of("duckdb", "quis"), 6.0,
               " ×", True)
    yield goal("the same, where its columns are text", of("duckdb-text",
                                                          "quis"), 6.0, " ×",
               True)
    yield goal("without libisal at most 1.7 × zlib's inflate",
               of("quis-zlib", "zlib"), 1.7, " ×")
    yield goal("one .gz at most 2.0 × `igzip -dc` of it",
               of("quis-one", "igzip-one"), 2.0, " ×")
    plain = figures.get("quis-plain")
    yield goal("a plain file at 1.0 GB/s at least", export.bytes / 1e9
               / median(plain, "wall") if plain else None, 1.0, " GB/s", True)
    yield goal("second core: at least 1.8 × faster", of("quis-1", "quis"),
               1.8, " ×", True)
    most = 48 * export.lookups / 1e6 + 64
    yield goal(f"peak memory at most 48 bytes a lookup and 64 MB: "
               f"{most:.0f} MB", mb("quis"), most, " MB")
    yield goal(f"`--memory {MEMORY}M` keeps to it", mb("quis-memory"),
               MEMORY * 2**20 / 1e6, " MB")
    yield goal(f"`--memory {MEMORY}M` at most 2 × the time",
               of("quis-memory", "quis"), 2.0, " ×")


def goals_of_sizes(sizes, figures):
    if len(sizes) < 2:
        return
    small, large = min(sizes), max(sizes)

    def each(n):
        return median(figures[f"quis {n}"], "wall") / sizes[n].lookups

    yield goal(f"time a lookup, {small} → {large} million: at most 1.3 ×",
               each(large) / each(small), 1.3, " ×")
    memory = figures.get("quis-memory")
    yield goal(f"`--memory {MEMORY_LARGE}M` of {large} million keeps to it",
               median(memory, "memory") if memory else None,
               MEMORY_LARGE * 2**20 / 1e6, " MB")
    yield goal(f"`--memory {MEMORY_LARGE}M` of {large} million at most 2 × "
               "the time", ratio(figures, "quis-memory", f"quis {large}"),
               2.0, " ×")


def same_bytes(figures, keys):
    """A row: do all ways print what the first does, in every run?"""
    right = figures[keys[0]][0].digest
    wrong = [key for key in keys
             if any(r.digest != right for r in figures[key])]
    return (f"| the same bytes from {', '.join(keys)} | "
            + (f"not from {', '.join(wrong)} | **no** |" if wrong else
               f"SHA-256 {right[:16]}… | yes |"))


def profile(args, export):
    if not os.access(args.quis_perf, os.X_OK):
        found, why = None, ("`make BUILD=build-perf OPT='-O3 "
                            "-fno-omit-frame-pointer'` builds what it needs")
    else:
        found, why = shares.shares(
            rank(args.quis_perf, "--threads", "2", export.folder))
    if found is None:
        yield f"No profile: {why}."
        return
    yield ("Where the CPU time goes (`perf`, innermost part on the stack; "
           f"{why:.0%} of it is spent in the kernel):\n")
    yield "| " + " | ".join(part for part, _ in found) + " |"
    yield "|---" * len(found) + "|"
    yield "| " + " | ".join(f"{share:.1%}" for _, share in found) + " |"


def write_section(path, text, name):
    """Replace what is between the markers of that name."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    with open(path, encoding="utf-8") as file:
        old = file.read()
    if old.count(begin) != 1 or old.count(end) != 1:
        raise SystemExit(f"{path} lacks its markers {begin} and {end}")
    head, rest = old.split(begin)
    _, tail = rest.split(end)
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.write(f"{head}{begin}\n{text}\n{end}{tail}")
    os.replace(path + ".part", path)


def report(args):
    """The lines of the section, as they get known."""
    missing, skip = [], args.without.split(",")
    export = exports.join(exports.daily(args.data, args.main * MILLION))
    sizes = {n: exports.daily(args.data, n * MILLION) for n in args.sizes}
    yield machine() + ".\n"
    yield (f"{export.lookups} lookups in {len(export.files)} daily .csv.gz of "
           f"{export.packed / 1e6:.0f} MB (gzip -{exports.LEVEL}), "
           f"{export.bytes / 1e6:.0f} MB of text. Medians of {args.runs} runs "
           "in turns, after one that does not count.\n")
    all_ways = [c for c in [*others(args, export, missing),
                            *ours(args, export, missing)]
                if c.key not in skip or c.key in ("floor", "quis")]
    figures = in_turns(all_ways, args.runs)
    yield from table_of_runs(all_ways, figures)
    yield from not_measured(missing)
    by_size = {}
    if len(sizes) > 1:
        by_size = in_turns(list(sized(args, sizes, missing)), args.scale_runs)
        yield f"By size, medians of {args.scale_runs} runs:\n"
        yield from table_of_sizes(sizes, by_size)
        yield from not_measured(missing)
    if args.quick:
        yield "(--quick: this log is too small to judge the goals by.)\n"
    yield "| goal | measured | met |\n|---|---|---|"
    yield from goals_of_runs(export, figures)
    yield from goals_of_sizes(sizes, by_size)
    yield same_bytes(figures, [c.key for c in all_ways if c.ours])
    if "quis-memory" in by_size:
        yield same_bytes(by_size, [f"quis {max(sizes)}", "quis-memory"])
    yield ""
    yield from profile(args, export)


def main():
    args = options()
    for program, package in (("igzip", "isal"), ("mawk", "mawk"),
                             (args.quis, "make"), (f"{HERE}/portal-sim",
                                                   "make sim")):
        if not shutil.which(program):
            raise SystemExit(f"{program} is not there: {package} has it")
    lines = []
    for line in report(args):
        print(line, flush=True)
        lines.append(line)
    if args.results:
        write_section(args.results, "\n".join(lines), "speed")


if __name__ == "__main__":
    main()
