#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same simulated portal in every format gives the same ranking, byte for
byte. Extended logs hold no offset: the zone of the report is named. $QUIS is
the program; bench/portal-sim must be there."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests"))
from harness import case, check, main, quis, same  # noqa: E402

SIM = ROOT / "bench" / "portal-sim"
FORMATS = ("csv", "jsonl", "logfmt", "combined", "w3c")
DAYS, LOOKUPS = 14, 20000
ZONE = ("--report-timezone", "+06:00")

# What else is in the log of a web server; none of it is a lookup.
EVENTS = {
    "combined": "10.0.0.1 - - [01/Jan/2024:{clock} +0600] "
                "\"GET /style.css HTTP/1.1\" 200 91 \"-\" \"-\"\n",
    "w3c": "2024-01-01 {clock} 10.0.0.1 - GET /style.css - 200 -\n",
}


def portal(name, *options):
    subprocess.run([SIM, "--seed", "3", "--users", "120", "--units", "6",
                    "--misusers", "4", "--days", str(DAYS), "--lookups",
                    str(LOOKUPS), "--no-registers", "--out", name, *options],
                   check=True)
    return f"{name}/log"


def ranking(*logs):
    result = quis("rank", "--format", "csv", *ZONE, *logs)
    same(result.status, 0, f"exit status: {result.stderr[-600:]}")
    same(result.stderr, b"", "standard error")
    return result.stdout


def ranking_of_csv():
    want = ranking(portal("want"))
    assert want.count(b"\n") > 100
    assert want.count(b",yes,") >= 1
    return want


@case("every format by itself, plain and packed")
def each():
    want = ranking_of_csv()
    for name in FORMATS:
        log = portal(name, "--format", name)
        rows = check(log)
        same({row["format"] for row in rows}, {name})
        same(sum(row["rejected"] for row in rows), 0, f"rejected of {name}")
        assert ranking(log) == want, name
        packed = portal(f"{name}-gz", "--format", name, "--gzip", "1")
        assert ranking(packed) == want, f"{name}, packed"


@case("each day in another format")
def mixed():
    want = ranking_of_csv()
    os.mkdir("mixed")
    for i, name in enumerate(FORMATS):
        days = sorted(os.listdir(portal(name, "--format", name)))
        same(len(days), DAYS)
        for day in days[i::len(FORMATS)]:
            shutil.move(f"{name}/log/{day}", f"mixed/{day}")
    same(len(os.listdir("mixed")), DAYS)
    assert ranking("mixed") == want


@case("behind the prefix of a syslog")
def syslog():
    want = ranking_of_csv()
    for name in ("jsonl", "logfmt", "combined"):
        log = portal(name, "--format", name)
        for path in Path(log).iterdir():
            path.write_text("".join(
                f"<134>1 2024-01-01T00:00:00Z gate portal 812 - - {line}"
                for line in path.read_text().splitlines(keepends=True)))
        assert ranking(log) == want, name


@case("between other events of a web server")
def events():
    want = ranking_of_csv()
    for name, event in EVENTS.items():
        log = portal(name, "--format", name)
        n = 0
        for path in Path(log).iterdir():
            text = []
            for line in path.read_text().splitlines(keepends=True):
                text.append(line)
                if line[0] == "#":
                    continue
                clock = re.search(r"(\d\d:\d\d:\d\d) ", line)[1]
                text.append(event.format(clock=clock) * (n % 4))
                n += 1
            path.write_text("".join(text))
        rows = check(log)
        same(sum(row["rejected"] for row in rows), 0, f"rejected of {name}")
        assert ranking(log) == want, name


if __name__ == "__main__":
    main()
