#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Functions have at most 60 lines (100 at the very most, for those named
below with a reason), files 700."""
import glob
import json
import subprocess
import sys

FILE_LINES, FUNCTION_LINES = 700, 60
LONGER = {}  # "path function": lines allowed, up to 100

files = sorted(glob.glob("src/*/*.[ch]") + glob.glob("cli/*.[ch]") +
               glob.glob("bench/**/*.[ch]", recursive=True) +
               glob.glob("tests/unit/*.[ch]") + glob.glob("tests/fuzz/*.c"))
bad = []
for path in files:
    lines = sum(1 for _ in open(path, encoding="utf-8"))
    if lines > FILE_LINES and not path.startswith("tests/unit/reference/"):
        bad.append(f"{path}: {lines} lines, at most {FILE_LINES}")
tags = subprocess.run(
    ["ctags", "--output-format=json", "--fields=+ne", "--c-kinds=f", "-f", "-",
     *[f for f in files if f.endswith(".c")]],
    capture_output=True, text=True, check=True).stdout
functions = 0
for tag in map(json.loads, tags.splitlines()):
    if "end" not in tag:
        continue
    functions += 1
    length = tag["end"] - tag["line"] + 1
    allowed = min(LONGER.get(f"{tag['path']} {tag['name']}", FUNCTION_LINES),
                  100)
    if length > allowed:
        bad.append(f"{tag['path']}:{tag['line']}: {tag['name']} has {length} "
                   f"lines, at most {allowed}")
if functions < 100:
    bad.append("ctags found hardly any function: is it Universal Ctags?")
print("\n".join(bad) if bad else f"size: clean ({functions} functions)")
sys.exit(1 if bad else 0)
