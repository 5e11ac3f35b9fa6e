#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each of the faults that a run must survive is tested somewhere: a test names
those it is about in its FAULTS, and one that none names fails here."""
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import case, main

FAULTS = {
    1: "gzip cut at every byte: every whole line kept, truncated, exit 3",
    2: "CRC flipped: data kept, corrupt, exit 3",
    3: "length flipped: data kept, corrupt, exit 3",
    4: "a bit flipped in the stream: prefix kept, offset named, exit 3",
    5: "2 and 10,000 members, split at each edge of the buffer: as plain",
    6: "second member cut: the first intact, exit 3",
    7: "garbage behind: named, exit 3; zeros: fine",
    8: ".gz that is plain, gzip without the suffix: by magic, noted",
    9: "empty file; header only; a log without lookup",
    10: "bomb; nested: ratio limit, exit 3, bounded memory",
    11: "300 MB without newline: rejected, resynchronised, bounded memory",
    12: "open quote on line 2 of a million: one record lost, counted",
    13: "ragged, reordered, missing header; BOM; CR only: mapped or a reason",
    14: "JSON: duplicate key, depth, 1e999, 25 digits, \\u0000, lone surrogate",
    15: "NUL, bad UTF-8, ESC, bidi in names: distinct, terminal safe",
    16: "formulas in cells: inert in CSV, exact in JSON, numbers untouched",
    17: "markup in every field: inert",
    18: "offsets, clock changes, leap second, no zone, year 9999",
    19: "the same log under another name: once, duplicate",
    20: "grows, shrinks, is replaced while read: noted, exit 3",
    21: "full or failing disk at each write: exit 4, old report; EPIPE quiet",
    22: "SIGKILL at each write, link, rename, sync: old or new, never mixed",
    23: "each allocation fails: clean error, no partial report",
    24: "hostile regex, a million users, colliding names: bounded, linear",
    25: "unreadable, folder, FIFO, loop, hostile name, cron: told, exit 3",
}
# No HTML is written yet; 15 to 17 go on with XLSX and HTML.
LATER = {17}


def named_in(path):
    """The numbers in FAULTS of a test."""
    found = re.search(r"^FAULTS = \{([\d,\s]*)\}", path.read_text(), re.M)
    return {int(n) for n in found[1].split(",") if n.strip()} if found else set()


@case("every fault is tested")
def every():
    tests = Path(__file__).parent.glob("test-*.py")
    named = set().union(*map(named_in, tests))
    missing = set(FAULTS) - named - LATER
    assert not missing, "no test for " + "; ".join(
        f"{n}: {FAULTS[n]}" for n in sorted(missing))
    assert named <= set(FAULTS), f"no such faults: {named - set(FAULTS)}"


main()
