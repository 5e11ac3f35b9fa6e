#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times quis rank beside zcat and igzip on the same simulated export, in turns
within one run. Prints Markdown: medians, ratios to igzip, peak memory.

The export (daily .csv.gz files) is made once, below bench/data/.
"""

import argparse
import glob
import os
import platform
import shutil
import statistics
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lookups", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quis", default=os.path.join(HERE, "..", "quis"))
    return parser.parse_args()


def make_export(args):
    folder = f"{HERE}/data/{args.lookups}-{args.days}"
    if not os.path.exists(f"{folder}/log"):
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([f"{HERE}/portal-sim", "--out", folder + ".part",
                        "--lookups", str(args.lookups), "--days",
                        str(args.days), "--seed", "1", "--gzip", "6",
                        "--no-registers"],
                       check=True, stdout=subprocess.DEVNULL)
        os.rename(folder + ".part", folder)
    return sorted(glob.glob(f"{folder}/log/*.gz"))


def run(command):
    """Wall seconds, CPU seconds and peak resident MB of one command."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{command[0]} failed with {child.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    args = options()
    files = make_export(args)
    size = sum(os.path.getsize(f) for f in files)
    commands = {"zcat": ["zcat", *files]}
    if shutil.which("igzip"):
        commands["igzip -dc"] = ["igzip", "-dc", *files]
        commands["igzip -dc, two at a time (the floor)"] = [
            "sh", "-c", 'printf "%s\\0" "$@" | xargs -0 -n 45 -P 2 igzip -dc',
            "sh", *files]
    folder = os.path.dirname(files[0])
    for threads in (1, 2):
        commands[f"quis rank --threads {threads}"] = [
            args.quis, "rank", "--format", "csv", "-q", "--threads",
            str(threads), folder]
    figures = {name: [] for name in commands}
    for _ in range(args.runs + 1):
        for name, command in commands.items():
            figures[name].append(run(command))
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo")
                if line.startswith("model name")), platform.processor())
    print(f"{len(files)} files, {size / 1e6:.0f} MB compressed, "
          f"{args.lookups} lookups asked for; {cpu}, {os.cpu_count()} cores; "
          f"median of {args.runs} runs after one that does not count\n")
    floor = None
    rows = []
    for name, runs in figures.items():
        wall, cpu_s, mem = (statistics.median(r[i] for r in runs[1:])
                            for i in range(3))
        if "floor" in name:
            floor = wall
        rows.append((name, wall, cpu_s, mem,
                     min(r[0] for r in runs[1:]), max(r[0] for r in runs[1:])))
    print("| command | wall s (min–max) | CPU s | × floor | peak MB |")
    print("|---|---|---|---|---|")
    for name, wall, cpu_s, mem, low, high in rows:
        ratio = f"{wall / floor:.1f}" if floor else ""
        print(f"| {name} | {wall:.2f} ({low:.2f}–{high:.2f}) | {cpu_s:.2f} | "
              f"{ratio} | {mem:.0f} |")


if __name__ == "__main__":
    main()
