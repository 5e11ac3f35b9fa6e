# SPDX-License-Identifier: Apache-2.0
"""Where quis spends its time, part by part, as perf samples it.

A sample counts for the innermost function on its stack that says what is
being done: a library by its name, a function of quis by the folder of src/
that it is in. Wants a program built with -fno-omit-frame-pointer; libraries
have none, so a stack may end in one of them.
"""

import collections
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
RATE = 499  # samples a second of CPU time

PARTS = ("inflate", "hash", "lines", "split and parse", "pack, partition",
         "turn by subject", "turn by user", "signals, ranking", "other")
OF_ROOM = {"input": "lines", "format": "split and parse",
           "registry": "split and parse", "lookup": "pack, partition",
           "turn": "turn by user", "signal": "signals, ranking",
           "rank": "signals, ranking", "report": "signals, ranking"}
BY_SUBJECT = re.compile(r"src/turn/(by-)?subject\.c")
OF_LIBRARY = {"libz.": "inflate", "libisal.": "inflate",
              "libcrypto.": "hash", "libm.": "signals, ranking"}
# libisal may be linked into the program
OF_SYMBOL = ((re.compile(r"inflate|isal_|decode_huffman|crc32"), "inflate"),
             (re.compile(r"sha256|SHA256"), "hash"))


def sources():
    """Function → the files that define one of that name."""
    files = [os.path.relpath(f, ROOT) for f in
             glob.glob(f"{ROOT}/src/*/*.c") + glob.glob(f"{ROOT}/cli/*.c")]
    tags = subprocess.run(
        ["ctags", "--output-format=json", "--c-kinds=f", "-f", "-", *files],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout
    places = collections.defaultdict(set)
    for tag in map(json.loads, tags.splitlines()):
        places[tag["name"]].add(tag["path"])
    return places


def room(places, symbol):
    """The folder that a function is in, if its name tells."""
    rooms = {path.split("/")[1] for path in places.get(symbol, ())
             if path.startswith("src/")}
    return rooms.pop() if len(rooms) == 1 else None


def part_of(stack, places):
    """stack: (function, library or program), innermost first."""
    for symbol, binary in stack:
        for library, part in OF_LIBRARY.items():
            if binary.startswith(library):
                return part
        for pattern, part in OF_SYMBOL:
            if pattern.search(symbol) and not room(places, symbol):
                return part
        part = OF_ROOM.get(room(places, symbol))
        if part == "turn by user" and any(
                places.get(other) and
                all(map(BY_SUBJECT.match, places[other]))
                for other, _ in stack):
            return "turn by subject"
        if part:
            return part
    return "other"


def stacks(text):
    """The stacks of perf script."""
    stack = []
    for line in text.splitlines():
        found = re.match(r"\s*[0-9a-f]+ (.*?)(?:\+0x[0-9a-f]+)? \((.*)\)$",
                         line)
        if found:
            stack.append((found[1].split(".")[0],
                          os.path.basename(found[2])))
        elif stack:
            yield stack
            stack = []
    if stack:
        yield stack


def shares(command):
    """([(part, share)], share in the kernel), or (None, why not)."""
    if not shutil.which("perf"):
        return None, "there is no perf"
    with tempfile.TemporaryDirectory(prefix="quis-perf-") as folder:
        data = os.path.join(folder, "perf.data")
        done = subprocess.run(
            ["perf", "record", "-q", "-F", str(RATE), "--call-graph", "fp",
             "-e", "cpu-clock", "-o", data, "--", *command],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            return None, "perf says " + " ".join(done.stderr.split())[:200]
        text = subprocess.run(["perf", "script", "-i", data, "-F",
                               "ip,sym,dso"], capture_output=True, text=True,
                              errors="replace", check=True).stdout
    places = sources()
    counts, kernel = collections.Counter(), 0
    for stack in stacks(text):
        counts[part_of(stack, places)] += 1
        kernel += stack[0][1].startswith("[kernel")
    n = counts.total()
    if n == 0:
        return None, "perf saw nothing"
    return [(part, counts[part] / n) for part in PARTS], kernel / n
