#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Disks that fail while they are read, and reads that are slow: what came
before is kept and the log told as unreadable, or nothing differs at all."""
import errno
import gzip
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import (HEADER, case, log, lookup, main, rows_of, same, write)
from shim import POSSIBLE, calls, paused, shimmed

FAULTS = {20, 25}

CHECK = ("check", "--format", "csv", "--threads", "1")


def write_logs():
    os.mkdir("logs")
    write("logs/a.csv", log(12000))  # three reads and one that finds the end
    write("logs/b.csv.gz", gzip.compress(
        HEADER + b"".join(lookup(i, os.urandom(9).hex().encode())
                          for i in range(30000)), 1, mtime=0))
    write("logs/c.csv", log(5, 90000))


@case("each read fails: that log is unreadable, its prefix and the others kept")
def each_read():
    want = rows_of(shimmed("read 0 count", *CHECK, "logs").stdout)
    same([row["state"] for row in want], ["intact"] * 3)
    prefixes = set()
    for n in range(1, calls(*CHECK, "logs")["read"] + 1):
        got = shimmed(f"read {n} fail {errno.EIO}", *CHECK, "logs")
        rows = rows_of(got.stdout)
        if got.status == 0:  # a first look, which the reading repeats
            same((rows, got.stderr), (want, b""), f"read {n}")
            continue
        same(got.status, 3, f"read {n}: {got.stderr}")
        bad = [row for row in rows if row["state"] != "intact"]
        same([row["state"] for row in bad], ["unreadable"], f"read {n}")
        assert b"unreadable" in got.stderr, got.stderr
        assert b"Input/output error" in got.stderr, got.stderr
        for row, whole in zip(rows, want):
            if row["state"] == "intact":
                for column in ("file", "sha256", "accepted", "note"):
                    same(row[column], whole[column], column)
            else:
                assert int(row["accepted"]) <= int(whole["accepted"])
                same(int(row["accepted"]) + int(row["rejected"]) +
                     int(row["skipped"]), int(row["lines"]))
                assert int(row["rejected"]) <= 1, row
                prefixes.add((row["file"], int(row["accepted"])))
    assert len({n for name, n in prefixes if name == "logs/a.csv"}) >= 3, prefixes
    assert len({n for name, n in prefixes if name == "logs/b.csv.gz"}) >= 3, prefixes


@case("one log that cannot be read from its first byte on")
def first_read():
    got = shimmed(f"read 1 fail-on {errno.EIO}", *CHECK, "logs/c.csv")
    row, = rows_of(got.stdout)
    same((got.status, row["state"], row["accepted"]), (3, "unreadable", "0"))


@case("reads of a few bytes, and interrupted ones, change nothing")
def slow():
    os.chdir("logs")
    write("a.csv", log(300))
    write("b.csv.gz", gzip.compress(log(300, 700), mtime=0))
    for args in (CHECK, ("rank", "--format", "csv"),
                 ("show", "asha", "--format", "csv"),
                 ("rank", "--timezone", "Asia/Dhaka", "--threads", "1")):
        want = shimmed("read 0 count", *args, ".")
        got = shimmed("read 0 slow", *args, ".")
        same((got.status, got.stderr), (0, b""))
        same(got.stdout, want.stdout)


@case("standard input in a few bytes, or failing")
def stdin():
    feed = log(300)
    want = shimmed("read 0 count", *CHECK, "-", feed=feed)
    same(shimmed("read 0 slow", *CHECK, "-", feed=feed).stdout, want.stdout)
    got = shimmed(f"read 2 fail {errno.EIO}", *CHECK, "-", feed=feed)
    row, = rows_of(got.stdout)
    same((got.status, row["state"]), (3, "unreadable"))
    assert int(row["accepted"]) <= 300, row


@case("a second reading that fails: the report says what it could not find")
def second_reading():
    args = ("show", "asha", "--format", "csv", "--threads", "1", "logs/a.csv")
    want = shimmed("read 0 count", *args)
    most, told = calls(*args)["read"], 0
    for n in range(most // 2 + 1, most + 1):
        got = shimmed(f"read {n} fail {errno.EIO}", *args)
        if got.status == 0:  # at its end, where all was found
            same((got.stdout, got.stderr), (want.stdout, b""), f"read {n}")
            continue
        same(got.status, 3, got.stderr)
        assert got.stderr.startswith(b"quis: "), got.stderr
        same(len(rows_of(got.stdout)), 12000)
        told += 1
    assert told > 1, told


@case("a log that grows, shrinks or is replaced while it is read: noted, exit 3")
def changes():
    def append():
        with open("log", "ab") as file:
            file.write(lookup(1) * 9)

    def replace():
        os.rename("log", "log.1")
        write("log", log(7))

    def shrink():
        os.truncate("log", 300 << 10)

    def touch():
        with open("log", "r+b") as file:
            byte = file.read(1)
            file.seek(0)
            file.write(byte)
    for before in (0, 1, 2):  # the end, which comes behind all first looks
        for change, said in ((append, b"changed"), (shrink, b"changed"),
                             (touch, b"changed"), (replace, b"replaced")):
            for data in (log(12000), gzip.compress(log(60000), 0, mtime=0)):
                write("log", data)
                n = calls(*CHECK, "log")["read"] - before
                got = paused(f"read {n} pause", change, *CHECK, "log")
                what = f"{change.__name__} at read {n}: {got.stderr}"
                same(got.status, 3, what)
                row, = rows_of(got.stdout)
                assert said + b" while it was read" in got.stderr, what
                assert row["state"] != "intact", what
                same(int(row["accepted"]) + int(row["rejected"]) +
                     int(row["skipped"]), int(row["lines"]), what)


main(before=write_logs, when=POSSIBLE)
