# SPDX-License-Identifier: Apache-2.0
"""Simulated exports to measure speed on, made once and kept: 180 daily
.csv.gz files of so many lookups, and the same as one file. They take about
20 bytes a lookup, and one plain file 140 more.
"""

import collections
import glob
import gzip
import json
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
DAYS = 180
LEVEL = 6  # of gzip; the same for all, as the floor depends on it

# `one` and `plain` are None until join() makes them.
Export = collections.namedtuple(
    "Export", "folder files lookups packed bytes one plain")


def keep(path, make):
    """Make a file or directory under another name first, once for all."""
    if not os.path.exists(path):
        part = path + ".part"
        if os.path.isdir(part):
            shutil.rmtree(part)
        make(part)
        os.rename(part, path)
    return path


def simulate(folder, lookups):
    subprocess.run([f"{HERE}/portal-sim", "--out", folder, "--lookups",
                    str(lookups), "--days", str(DAYS), "--gzip", str(LEVEL),
                    "--no-registers", "--seed", "1"],
                   check=True, stdout=subprocess.DEVNULL)


def count(path, files):
    """The simulator writes a lookup a line, and one header a file."""
    lines = size = 0
    for name in files:
        with gzip.open(name) as file:
            while block := file.read(1 << 20):
                lines += block.count(b"\n")
                size += len(block)
    with open(path, "w", encoding="ascii") as file:
        json.dump({"lookups": lines - len(files), "bytes": size}, file)


def daily(data, lookups):
    """The export of about so many lookups, a file a day."""
    os.makedirs(data, exist_ok=True)
    folder = keep(f"{data}/{lookups}-{DAYS}",
                  lambda part: simulate(part, lookups))
    files = sorted(glob.glob(f"{folder}/log/*.csv.gz"))
    with open(keep(f"{folder}/count.json", lambda part: count(part, files)),
              encoding="ascii") as file:
        counted = json.load(file)
    return Export(f"{folder}/log", files, counted["lookups"],
                  sum(map(os.path.getsize, files)), counted["bytes"],
                  None, None)


def write_plain(path, files):
    """All files behind one header."""
    with open(path, "wb") as out:
        for i, name in enumerate(files):
            with gzip.open(name) as file:
                header = file.readline()
                if i == 0:
                    out.write(header)
                shutil.copyfileobj(file, out, 1 << 20)


def write_packed(path, plain):
    with open(path, "wb") as out:
        subprocess.run(["gzip", f"-{LEVEL}", "-n", "-c", plain], check=True,
                       stdout=out)


def join(export):
    """The same log as one plain and one packed file."""
    top = os.path.dirname(export.folder)
    plain = keep(f"{top}/one.csv",
                 lambda part: write_plain(part, export.files))
    one = keep(f"{top}/one.csv.gz", lambda part: write_packed(part, plain))
    return export._replace(one=one, plain=plain)
