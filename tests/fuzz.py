#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run the fuzz targets, as many at once as there are processors, and add up
what they did. What makes one stop is kept beside its program, and fails."""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
import threading

SEEDS = "tests/fuzz/seeds"
# Bytes of an input, at most: what the longest useful ones have.
LENGTHS = {"containers": 4096, "decoders": 2048, "zone": 1500, "parser": 700,
           "cat": 700}
LENGTH = 512
TIMEOUT = 60  # seconds of one input

printing = threading.Lock()


def fuzz(name, options):
    """Executions, and what was printed if something was found."""
    program = os.path.join(options.build, "fuzz", "fuzz-" + name)
    seeds = os.path.join(SEEDS, name)
    with tempfile.TemporaryDirectory() as scratch:
        found = scratch if options.check else program + "-found"
        os.makedirs(found, exist_ok=True)
        result = subprocess.run(
            [program, f"-max_total_time={options.seconds}",
             f"-max_len={LENGTHS.get(name, LENGTH)}", f"-timeout={TIMEOUT}",
             "-print_final_stats=1", f"-artifact_prefix={program}-"]
            + (["-seed=1"] if options.check else [])
            + [found] + ([seeds] if os.path.isdir(seeds) else []),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, errors="replace")
    ran = re.search(r"number_of_executed_units: (\d+)", result.stderr)
    count = int(ran[1]) if ran else 0
    wrong = result.returncode != 0 or count == 0
    with printing:
        print(f"{'FOUND' if wrong else 'ok':5}  {name:14} {count:13,}"
              " executions", flush=True)
        if wrong:
            print(result.stderr[-5000:], flush=True)
    return count, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build-fuzz")
    parser.add_argument("--seconds", type=int, default=20, help="each")
    parser.add_argument("--check", action="store_true",
                        help="the same way every time, and keep nothing")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    names = options.names or sorted(
        name[len("fuzz-"):-len(".c")] for name in os.listdir("tests/fuzz")
        if name.startswith("fuzz-") and name.endswith(".c"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda name: fuzz(name, options), names))
    failed = sum(wrong for _, wrong in results)
    print(f"{sum(count for count, _ in results):,} executions of "
          f"{len(names)} targets")
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
