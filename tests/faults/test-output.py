#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A disk that fills up or fails, a reader that goes away, and a kill, at every
call that writes: the old report or the new one, whole, and the status tells."""
import errno
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import HEADER, QUIS, case, log, lookup, main, quis, same, write
from shim import POSSIBLE, calls, shimmed

FAULTS = {21, 22}

OLD = b"yesterday's report\n"
COMMANDS = (("rank", "--format", "csv"), ("rank", "--format", "json"),
            ("check",), ("show", "user7", "--format", "csv"))


def write_logs():
    # enough users for several writes
    write("log.csv", HEADER + b"".join(
        lookup(i, b"user%d" % (i % 300), b"unit%d" % (i % 7))
        for i in range(600)))
    os.mkdir("out")


def run(what, command):
    """One run onto an old report: how it ended, the report, what lies there."""
    write("out/report", OLD)
    got = shimmed(what, *command, "--threads", "1", "-o", "out/report", "log.csv")
    with open("out/report", "rb") as file:
        report = file.read()
    return got, report, sorted(os.listdir("out"))


def numbers(command):
    return calls(*command, "--threads", "1", "-o", "out/report", "log.csv")


@case("each write, sync, link, rename fails: exit 4, the old report, no other file")
def each_fails():
    for command in COMMANDS:
        made = numbers(command)
        new = run("alloc 0 count", command)[1]
        assert made["sync"] == 2 and made["name"] == 2, made
        for kind in ("write", "sync", "name"):
            for n in range(1, made[kind] + 1):
                for error in (errno.ENOSPC, errno.EIO, errno.EDQUOT)[
                        :3 if command == COMMANDS[0] else 1]:
                    what = f"{kind} {n} fail {error}"
                    got, report, files = run(what, command)
                    same((got.status, files), (4, ["report"]), what)
                    # once it is renamed, the new one stands
                    last = kind == "sync" and n == made["sync"]
                    same(report, new if last else OLD, what)
                    same(got.stderr, b"quis: out/report: cannot be written: %s\n"
                         % os.strerror(error).encode(), what)
                    same(got.stdout, b"")


@case("the same where three files are written: each is old or new, none left over")
def three_files():
    names = ("report", "rejects", "manifest")
    args = ("cat", "--threads", "1", "-o", "out/report", "--rejects",
            "out/rejects", "--manifest", "out/manifest", "log.csv")
    with open("log.csv", "ab") as file:
        file.write(b"bad\n")

    def run_three(what):
        for name in names:
            write(f"out/{name}", OLD)
        got = shimmed(what, *args)
        files = {}
        for name in os.listdir("out"):
            with open(f"out/{name}", "rb") as file:
                files[name] = file.read()
        return got, files
    got, new = run_three("alloc 0 count")
    same((got.status, sorted(new)), (3, sorted(names)))
    made = calls(*args)
    for kind in ("write", "sync", "name"):
        for n in range(1, made[kind] + 1):
            got, files = run_three(f"{kind} {n} fail {errno.ENOSPC}")
            what = f"{kind} {n}: {got.stderr}"
            same((got.status, sorted(files)), (4, sorted(names)), what)
            assert b"No space left on device" in got.stderr, what
            for name in ("report", "rejects"):
                assert files[name] in (OLD, new[name]), what
    for n in range(1, made["any"] + 1):
        got, files = run_three(f"any {n} kill")
        for name in ("report", "rejects"):
            assert files[name] in (OLD, new[name]), f"call {n}"
        for name in set(files) - set(names):
            assert name.startswith("."), name
            os.unlink(f"out/{name}")


@case("each close fails: exit 4 if it was the report's, or as ever")
def each_close():
    for command in COMMANDS:
        new = run("alloc 0 count", command)[1]
        told = 0
        for n in range(1, numbers(command)["close"] + 1):
            got, report, files = run(f"close {n} fail {errno.EIO}", command)
            same(files, ["report"], f"close {n}")
            same((got.status, report),
                 (4, OLD) if got.status == 4 else (0, new), f"close {n}")
            told += got.status == 4
        same(told, 1, "closes that are told")


@case("killed at each call: the old report or the new one, never mixed")
def each_kill():
    for command in COMMANDS:
        new = run("alloc 0 count", command)[1]
        seen = set()
        for n in range(1, numbers(command)["any"] + 1):
            got, report, files = run(f"any {n} kill", command)
            same(got.status, -signal.SIGKILL, f"call {n}")
            assert report in (OLD, new), f"call {n}: {report[:200]}"
            seen.add(report)
            for name in files:
                if name == "report":
                    continue
                # what is left is whole, and private
                assert name.startswith(".report."), files
                with open(f"out/{name}", "rb") as file:
                    same(file.read(), new, f"left at call {n}")
                same(os.stat(f"out/{name}").st_mode & 0o777, 0o600)
                os.unlink(f"out/{name}")
            assert len(files) <= 2, files
        same(seen, {OLD, new})


@case("writes of a few bytes, and interrupted ones, make the same report")
def short_writes():
    for command in COMMANDS:
        new = run("alloc 0 count", command)[1]
        got, report, files = run("write 0 slow", command)
        same((got.status, got.stderr, report, files),
             (0, b"", new, ["report"]))
        plain = shimmed("alloc 0 count", *command, "log.csv")
        same(shimmed("write 0 slow", *command, "log.csv").stdout, plain.stdout)


@case("standard output that fails at each write: exit 4, told once")
def stdout_fails():
    for command in COMMANDS:
        for n in range(1, calls(*command, "--threads", "1", "log.csv")["write"] + 1):
            got = shimmed(f"write {n} fail {errno.ENOSPC}", *command,
                          "--threads", "1", "log.csv")
            same((got.status, got.stderr), (4,
                 b"quis: standard output: No space left on device\n"))


@case("a reader that goes away at any write is no failure, and not told")
def reader_gone():
    for command in COMMANDS:
        for n in range(1, calls(*command, "--threads", "1", "log.csv")["write"] + 1):
            got = shimmed(f"write {n} fail-on {errno.EPIPE}", *command,
                          "--threads", "1", "log.csv")
            same((got.status, got.stderr), (0, b""))


@case("without a private file that has no name: the same promises")
def named():
    new = run("alloc 0 count", COMMANDS[0])[1]
    unknown = f"nameless 0 fail {errno.EOPNOTSUPP}"
    got, report, files = run(unknown, COMMANDS[0])
    same((got.status, report, files), (0, new, ["report"]))
    for kind, n in (("write", 1), ("sync", 1), ("name", 1)):
        got, report, files = run(f"{kind} {n} fail {errno.ENOSPC}, {unknown}",
                                 COMMANDS[0])
        same((got.status, report, files), (4, OLD, ["report"]), kind)
    for n in range(1, 12):
        got, report, files = run(f"any {n} kill, {unknown}", COMMANDS[0])
        assert report in (OLD, new) and len(files) <= 2, files
        for name in files:
            if name != "report":
                same(os.stat(f"out/{name}").st_mode & 0o777, 0o600)
                os.unlink(f"out/{name}")


@case("no terminal's signal leaves anything behind")
def signals():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.mkfifo("pipe")
        write("out/report", OLD)
        process = subprocess.Popen(
            [QUIS, "rank", "-o", "out/report", "log.csv", "pipe"],
            stderr=subprocess.PIPE,
            # who started the tests may have it ignored, as nohup does
            preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
        with open("pipe", "wb") as pipe:  # it reads
            pipe.write(HEADER)
            pipe.flush()
            process.send_signal(number)
            _, err = process.communicate()
        same((process.returncode, err), (-number, b""))
        same(os.listdir("out"), ["report"])
        os.unlink("pipe")


@case("--help and --version to a full disk: exit 4")
def help_full():
    for args in (["--help"], ["--version"], ["rank", "--help"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([QUIS, *args], stdout=full,
                                  stderr=subprocess.PIPE, check=False)
        same(done.returncode, 4, args)
        assert done.stderr.startswith(b"quis: standard output"), done.stderr


@case("two runs at once onto one report: one of the two, whole")
def two_at_once():
    want = quis("rank", "--format", "csv", "log.csv").stdout
    running = [subprocess.Popen([QUIS, "rank", "--format", "csv", "-o",
                                 "out/report", "log.csv"]) for _ in range(8)]
    same([process.wait() for process in running], [0] * 8)
    same(os.listdir("out"), ["report"])
    with open("out/report", "rb") as file:
        same(file.read(), want)


main(before=write_logs, when=POSSIBLE)
