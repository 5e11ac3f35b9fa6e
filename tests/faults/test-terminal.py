#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is said on a terminal, and what is not said without one."""
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import QUIS, SMALL, case, log, main, quis, same, write

FAULTS = {25}


def slowly():
    """A log that takes a second to come."""
    text = log(20000)
    for i in range(10):
        yield text[len(text) * i // 10:len(text) * (i + 1) // 10]
        time.sleep(0.12)


def on_terminal(*args, columns=100, feed=None, **environment):
    """All that a person would see."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [QUIS, *args], stdout=theirs, stderr=theirs, env=os.environ | environment,
        stdin=subprocess.DEVNULL if feed is None else subprocess.PIPE)
    os.close(theirs)
    for piece in feed or ():
        process.stdin.write(piece)
    if feed is not None:
        process.stdin.close()
    seen, end = b"", time.monotonic() + (120 if SMALL else 20)
    while time.monotonic() < end and select.select([ours], [], [], 20)[0]:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the program has closed it
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    process.wait(timeout=10)
    return process.returncode, seen.replace(b"\r\n", b"\n").decode()


@case("on a terminal it is said what was taken for what")
def told():
    write("log.csv", log(3).replace(b"+06:00", b""))
    write("copy.csv", log(3).replace(b"+06:00", b""))
    status, seen = on_terminal("check", "log.csv", "copy.csv", NO_COLOR="1")
    same(status, 0)
    for part in ("read as csv time=timestamp user=user", "name no offset",
                 "--timezone", "duplicate", "counted once"):
        assert part in seen, f"{part!r} not in {seen!r}"
    _, seen = on_terminal("check", "-q", "log.csv", NO_COLOR="1")
    assert "read as" not in seen and "quis:" not in seen, seen


@case("without a terminal success says nothing")
def silent():
    write("log.csv", log(3).replace(b"+06:00", b""))
    same(quis("check", "log.csv").stderr, b"")
    same(quis("rank", "log.csv").stderr, b"")


@case("progress is shown on a terminal, wiped away, and only there")
def progress():
    _, seen = on_terminal("check", "-", feed=slowly(), NO_COLOR="1")
    assert "\r\033[Kread " in seen and "MB/s" in seen, seen
    assert seen.rindex("\r\033[K") < seen.index("file "), seen
    for quiet in ("--no-progress", "-q"):
        _, seen = on_terminal("check", quiet, "-", feed=slowly(), NO_COLOR="1")
        assert "MB/s" not in seen, seen
    same(quis("check", "-", feed=slowly()).stderr, b"")


@case("the table keeps to the terminal's width where it can, NO_COLOR holds")
def looks():
    write("log.csv", log(3))
    _, seen = on_terminal("rank", "-q", "log.csv", NO_COLOR="1")
    assert "\033" not in seen, seen
    _, seen = on_terminal("rank", "-q", "log.csv")
    assert "\033[1m" in seen and "\033[0m" in seen, seen
    for columns in (60, 100, 200):
        _, seen = on_terminal("rank", "-q", "log.csv", columns=columns, NO_COLOR="1")
        widest = max(len(line) for line in seen.splitlines() if "note" in line)
        assert widest <= columns, f"{widest} of {columns}"


@case("-o to a file on a terminal holds no colour")
def plain_file():
    write("log.csv", log(3))
    on_terminal("rank", "-q", "-o", "report", "log.csv")
    with open("report", "rb") as file:
        assert b"\033" not in file.read()


main()
