#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every allocation fails once: out of memory in one sentence and exit 5, or
the report as it would have been; nothing in between."""
import bz2
import gzip
import lzma
import os
import sys
import tarfile
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import SLOW, case, log, lookup, main, same, write
from shim import POSSIBLE, calls, shimmed, steps

FAULTS = {23}


def write_logs():
    write("a.csv", log(30) + b"".join(
        lookup(i, b"bilal", b"South") for i in range(10, 40)))
    write("b.csv.gz", gzip.compress(log(10, 500), mtime=0))
    write("list.csv", b"subject\n00000012\n00000013\n00000014\n")
    write("roster.csv", b"user,unit,role\nasha,North,constable\n")
    write("cases.csv", b"case,unit,opened,closed\nN-1,North,2026-01-01,\n")
    write("quis.conf", b"roster = roster.csv\ntop = 5\n")


def judge(what, got, want):
    """`got` ended with one call failing, `want` with none."""
    last = got.stderr.splitlines()[-1:] or [b""]
    if got.status == 5:
        assert last[0].startswith(b"quis: "), f"{what}: {got.stderr!r}"
        assert b"out of memory" in last[0], f"{what}: {got.stderr!r}"
        same(got.stdout, b"", what)
    else:
        same((got.status, got.stdout, got.stderr),
             (want.status, want.stdout, want.stderr), what)


def fail_each(*args, action="step", status=0,
              spare="libseccomp", logs=("a.csv", "b.csv.gz")):
    args += ("--threads", "1") + logs
    want = shimmed("alloc 0 count", *args, spare=spare)
    same(want.status, status, want.stderr)
    n = none = 0
    for n, got in steps(f"alloc 0 {action}", *args, spare=spare):
        judge(f"{args[0]}, allocation {n}", got, want)
        none += got.status == status
    same(n, calls(*args, spare=spare)["alloc"], "allocations tried")
    # libseccomp does without many of its own, and makes the same filter
    assert none < (n / 2 if spare == "" else n / 10), \
        f"{none} of {n} allocations do not matter"


@case("a log that a profile would read: each allocation")
def suggest():
    write("auth.log", b"May  4 08:44:58 gate sshd[4000]: Accepted publickey "
          b"for bilal from 10.0.0.2 port 50000 ssh2\n")
    # patterns are matched without JIT where that finds no memory
    fail_each("check", logs=("auth.log",), status=2,
              spare="libseccomp:libpcre2")


@case("rank: each allocation")
def rank():
    fail_each("rank", "--format", "csv")
    if SLOW:
        fail_each("rank", "--by", "unit")


@case("rank with registers and rewrites: each allocation")
def registers():
    fail_each("rank", "--format", "json", "--roster", "roster.csv",
              "--cases", "cases.csv", "--timezone", "Asia/Dhaka",
              "--rewrite", "subject=/^0+//")


@case("show, which reads twice: each allocation")
def show():
    fail_each("show", "asha", "--format", "json")


@case("trace: each allocation")
def trace():
    fail_each("trace", "list.csv", "--format", "csv")


@case("every compression and container: each allocation")
def packed():
    write("c.csv.bz2", bz2.compress(log(3, 1000)))
    write("d.csv.xz", lzma.compress(log(3, 2000)))
    with zipfile.ZipFile("e.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("e.csv", log(3, 3000))
    with tarfile.open("f.tar.gz", "w:gz") as file:
        file.add("a.csv", "f.csv")
    # Of their own allocations, libarchive 3.6 crashes or ends the program at
    # three, and libzip 1.7, with zlib below it, calls a zip damaged at six.
    fail_each("check", "c.csv.bz2", "d.csv.xz", "e.zip", "f.tar.gz",
              spare="libseccomp:libarchive:libzip:libz.so")


@case("check: each allocation, and a pattern's")
def check():
    fail_each("check", spare="")  # the sandbox's as well
    fail_each("check", "--pattern",
              "^(?<time>[^,]+),(?<user>[^,]+),.*,(?<subject>[0-9]+),",
              status=3)  # a header is no match


@case("with a config, and cat: each allocation")
def config():
    fail_each("check", "--config", "quis.conf")
    fail_each("cat", "--config", "quis.conf")


@case("once memory is short it stays short: each allocation and all after it")
def short_for_good():
    fail_each("show", "asha", action="step-on")
    if SLOW:
        fail_each("rank", action="step-on")
        fail_each("trace", "list.csv", action="step-on")


@case("with -o: the old report, or the new one, and nothing beside it")
def output():
    args = ("rank", "--format", "csv", "--threads", "1", "-o", "out/report",
            "a.csv", "b.csv.gz")
    os.mkdir("out")
    same(shimmed("alloc 0 count", *args).status, 0)
    with open("out/report", "rb") as file:
        want = file.read()
    most = calls(*args)["alloc"]
    # all that come once the output is open, and some that come before
    near = range(max(1, most - (most if SLOW else 60)), most + 1)
    for n in [*range(1, near[0], 97), *near]:
        write("out/report", b"old\n")
        got = shimmed(f"alloc {n} fail", *args)
        same(sorted(os.listdir("out")), ["report"], f"allocation {n}")
        with open("out/report", "rb") as file:
            same(file.read(), b"old\n" if got.status == 5 else want,
                 f"status {got.status}, allocation {n}")
        assert got.status in (0, 5), f"{got.status}: {got.stderr}"


@case("on two threads")
def threads():
    args = ("rank", "--format", "csv", "--threads", "2", "a.csv", "b.csv.gz")
    want = shimmed("alloc 0 count", *args)
    for n in range(1, calls(*args)["alloc"], 1 if SLOW else 37):
        judge(f"allocation {n}", shimmed(f"alloc {n} fail", *args), want)


main(before=write_logs, when=POSSIBLE)
