#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Logs that change between the two readings of quis show: what is not found
again is told. A pipe, which is read last, holds the first reading up."""
import gzip
import json
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import HEADER, case, log, lookup, main, quis, rows_of, same, write

FAULTS = {20}

N = 40


def show_while(change, *args, first="a.csv"):
    """quis show asha, and change() when the logs have been read once."""
    os.mkfifo("pipe")

    def feed():
        # opened once it is read: on one thread, after the files
        with open("pipe", "wb") as pipe:
            change()
            pipe.write(HEADER + lookup(5000, b"bilal"))

    thread = threading.Thread(target=feed)
    thread.start()
    result = quis("show", "asha", "--threads", "1", *args, first, "pipe")
    thread.join()
    return result


def known(rows):
    return [row for row in rows if row["line"]]


@case("cut short: the rest has neither file nor line, told, exit 3")
def cut():
    write("a.csv", log(N))
    size = len(log(N // 2))
    result = show_while(lambda: os.truncate("a.csv", size), "--format", "csv")
    rows = rows_of(result.stdout)
    same(result.status, 3)
    same((len(rows), len(known(rows))), (N, N // 2))
    for row in known(rows):
        same(row["file"], "a.csv")
        same(int(row["line"]), int(row["subject"]) + 2)
    assert b"a.csv changed" in result.stderr, result.stderr
    assert b"20 lookups" in result.stderr, result.stderr


@case("cut short, in JSON: a note says so")
def cut_json():
    write("a.csv", log(N))
    result = show_while(lambda: os.truncate("a.csv", len(log(3))),
                        "--format", "json")
    same(result.status, 3)
    report = json.loads(result.stdout)
    assert any("a.csv changed" in note for note in report["notes"]), report["notes"]
    same(sum(e["line"] is None for e in report["evidence"]), N - 3)


@case("only what is printed is asked for")
def cut_top():
    write("a.csv", log(N))
    # nothing is telling of him, so that the first in time come first
    result = show_while(lambda: os.truncate("a.csv", len(log(N // 2))),
                        "--format", "csv", "--top", "3")
    same(result.status, 0, result.stderr)
    same([row["line"] for row in rows_of(result.stdout)], ["2", "3", "4"])


@case("gone, or another file: all is told as changed, exit 3")
def gone():
    for n, change in enumerate((lambda: os.unlink("a.csv"),
                                lambda: write("a.csv", b""),
                                lambda: write("a.csv", b"\0" * 500),
                                lambda: write("a.csv", log(N, 2000)))):
        os.mkdir(str(n))
        os.chdir(str(n))
        write("a.csv", log(N))
        result = show_while(change, "--format", "csv")
        same(result.status, 3)
        same(len(known(rows_of(result.stdout))), 0)
        assert b"a.csv changed" in result.stderr, result.stderr
        os.chdir("..")


@case("gzip cut short: as far as it goes")
def cut_gzip():
    # stored, so that what is left of it can be read
    data = gzip.compress(log(N), 0, mtime=0)
    write("a.gz", data)
    result = show_while(lambda: os.truncate("a.gz", len(data) // 2),
                        "--format", "csv", first="a.gz")
    rows = rows_of(result.stdout)
    same(result.status, 3)
    assert len(known(rows)) < N, len(known(rows))
    assert b"a.gz changed" in result.stderr, result.stderr


@case("grown, or in another order: everything is found")
def grown():
    write("a.csv", log(N))

    def grow():
        write("a.csv", log(N, 100) + log(N)[len(HEADER):] + lookup(7))
    result = show_while(grow, "--format", "csv")
    rows = rows_of(result.stdout)
    same(result.status, 0, result.stderr)
    same(result.stderr, b"")
    for row in rows:
        same(int(row["line"]), int(row["subject"]) + 2 + N)


main()
