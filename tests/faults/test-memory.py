#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""--memory: what it has no room for goes to a temporary file, of which nothing
is left. A line of 240 MB takes nearly all that 256M allow, so that a few
lookups do not fit."""
import glob
import os
import resource
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import HEADER, QUIS, case, log, lookup, main, quis, same, write

FAULTS = {21, 22}

LONG = 240 << 20
PIECE = 1 << 20
N = 40000  # a megabyte of rows is what is held between two looks
BOUND = ("--memory", "256M", "--temporary", "folder", "--max-line", "1G",
         "--threads", "1", "--quiet")


def feed():
    """Lookups before the long line, and more behind it."""
    yield HEADER
    yield b"".join(lookup(i) for i in range(N))
    for _ in range(LONG // PIECE):
        yield b"a" * PIECE
    yield b"\n"
    yield b"".join(lookup(i, b"bilal", b"South") for i in range(N // 2, N * 2))


class Running:
    """The program, at the end of what it was fed, and still waiting for more."""

    def __init__(self, *args):
        os.mkdir("folder")
        self.process = subprocess.Popen(
            [QUIS, "rank", "--format", "csv", *BOUND, *args, "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        for piece in feed():
            self.process.stdin.write(piece)
        self.process.stdin.flush()

    def spilled(self):
        """Bytes of files in the folder that the program has open."""
        sizes = [0]
        for link in glob.glob(f"/proc/{self.process.pid}/fd/*"):
            if os.readlink(link).startswith(os.path.realpath("folder")):
                sizes.append(os.stat(link).st_size)
                same(os.stat(link).st_mode & 0o777, 0o600)
        return sum(sizes)

    def wait_until_spilled(self):
        for _ in range(600):
            if self.spilled() > 0:
                return
            time.sleep(0.1)
        raise AssertionError("nothing was spilled")


@case("the same bytes, and nothing left of the file")
def same_bytes():
    plain = quis("rank", "--format", "csv", "--max-line", "1G", "-",
                 feed=feed(), timeout=120)
    same(plain.status, 3)  # the long line is rejected
    running = Running()
    running.wait_until_spilled()
    same(os.listdir("folder"), [])
    out, err = running.process.communicate()
    same(running.process.returncode, 3, err)
    same(out, plain.stdout)
    same(os.listdir("folder"), [])


@case("killed: nothing left of the file")
def killed():
    for number in (signal.SIGINT, signal.SIGKILL):
        running = Running()
        running.wait_until_spilled()
        running.process.send_signal(number)
        running.process.communicate()
        same(running.process.returncode, -number)
        same(os.listdir("folder"), [])
        os.rmdir("folder")


@case("a file that cannot grow: told, exit 4, no report, nothing left")
def full():
    os.mkdir("folder")
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    process = subprocess.Popen(
        [QUIS, "rank", *BOUND, "-o", "report", "-"], stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE,
                                              (1 << 16, old[1])))
    try:
        for piece in feed():
            process.stdin.write(piece)
    except BrokenPipeError:
        pass
    _, err = process.communicate()
    same(process.returncode, 4, err)
    same(err, b"quis: folder: the temporary file cannot be written: "
              b"File too large (--temporary)\n")
    same(sorted(os.listdir(".")), ["folder"])
    same(os.listdir("folder"), [])


@case("a folder in memory is told")
def in_memory():
    kind = subprocess.run(["stat", "-f", "-c", "%T", "/dev/shm"],
                          capture_output=True, check=False).stdout.strip()
    if kind != b"tmpfs":
        return
    result = quis("rank", "--memory", "256M", "--temporary", "/dev/shm", "-",
                  feed=[HEADER, lookup(1)])
    same(result.status, 0)
    assert b"/dev/shm lies in memory" in result.stderr, result.stderr


@case("what the caller held is not said to be the run's")
def large_caller():
    held = os.urandom(1 << 20) * 400
    write("log.csv", log(50))
    result = quis("check", "--memory", "256M", "log.csv")
    same((result.status, result.stderr), (0, b""))
    same(len(held), 400 << 20)


main()
