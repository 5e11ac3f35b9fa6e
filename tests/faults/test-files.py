#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files that are none, or not for us; names that are hostile; standard streams
that are closed; and a run that has nothing to say, under cron."""
import os
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import (HEADER, QUIS, case, check, counts, log, lookup, main, quis,
                     rows_of, same, write)

FAULTS = {9, 13, 19, 25}

# What a superuser may read in spite of modes, the tests may not.
MORTAL = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def mortal(*args):
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return None
    done = subprocess.run([*(MORTAL if os.geteuid() == 0 else []), QUIS, *args],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, check=False)
    return done


@case("a file and a folder without permission: told, exit 3, the others read")
def unreadable():
    os.makedirs("logs/closed")
    write("logs/a.csv", log(3))
    write("logs/b.csv", log(3, 100))
    write("logs/closed/c.csv", log(3, 200))
    os.chmod("logs/b.csv", 0)
    os.chmod("logs/closed", 0)
    done = mortal("check", "--format", "csv", "logs")
    os.chmod("logs/closed", 0o700)
    if done is None:
        return
    rows = rows_of(done.stdout)
    same(done.returncode, 3)
    same([(row["file"], row["state"], row["accepted"]) for row in rows],
         [("logs/a.csv", "intact", "3"), ("logs/b.csv", "unreadable", "0"),
          ("logs/closed", "unreadable", "0")])
    for name in (b"logs/b.csv", b"logs/closed"):
        assert name + b": unreadable: Permission denied" in done.stderr, done.stderr


@case("one named and unreadable: exit 3, and no lookup")
def unreadable_named():
    write("a.csv", log(3))
    os.chmod("a.csv", 0)
    done = mortal("rank", "a.csv")
    if done is not None:
        same(done.returncode, 3)
        assert b"Permission denied" in done.stderr, done.stderr


@case("no permission to write the report: exit 4, before anything is printed")
def unwritable():
    write("a.csv", log(3))
    os.mkdir("out", 0o500)
    done = mortal("rank", "-o", "out/report", "a.csv")
    if done is not None:
        same((done.returncode, done.stdout, done.stderr), (4, b"",
             b"quis: out/report: cannot be written: Permission denied\n"))


@case("FIFO, socket, device, loops of links in a folder: told, never waited for")
def odd_files():
    os.makedirs("logs/deep")
    write("logs/a.csv", log(3))
    os.mkfifo("logs/fifo")
    os.symlink("loop", "logs/loop")
    os.symlink("..", "logs/deep/up")
    os.symlink("nowhere", "logs/nothing")
    os.symlink("/dev/zero", "logs/zero")
    os.symlink("/dev/tty", "logs/tty")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("logs/socket")
        result = quis("check", "--format", "csv", "logs", timeout=20)
    same(result.status, 3)
    for row in rows_of(result.stdout):
        same(row["state"], "intact" if row["file"] == "logs/a.csv" else
             "unreadable", row["file"])
        assert row["state"] == "intact" or row["file"].encode() in result.stderr


@case("a FIFO, a link, a device by name are read")
def odd_named():
    write("a.csv", log(3))
    os.symlink("a.csv", "link")
    same(counts(check("link")[0]), ("intact", 3, 0, 1))
    same(counts(check("/dev/stdin", feed=[log(4)])[0]), ("intact", 4, 0, 1))
    os.mkfifo("fifo")
    writer = subprocess.Popen(["cp", "a.csv", "fifo"])
    same(counts(check("fifo")[0]), ("intact", 3, 0, 1))
    same(writer.wait(), 0)
    same(quis("check", "/dev/null").status, 3)
    same(quis("check", "loop/a.csv").status, 2)


@case("newline, ESC and bad UTF-8 in names: one line, escaped, in every output")
def names():
    os.mkdir("logs")
    hostile = ["new\nline.csv", "esc\x1b[2J.csv", b"bad\xff.csv", "=cmd.csv",
               "\u202eevil.csv", "<script>.csv", "-rf", " "]
    for n, name in enumerate(hostile):
        path = os.path.join(b"logs", name if isinstance(name, bytes) else name.encode())
        write(path, log(2, 10 * n) + b"bad\n")
    for form in ("table", "csv", "json"):
        result = quis("check", "--format", form, "logs")
        same(result.status, 3)
        # CSV keeps bytes as they are, but on a terminal
        for stream in (result.stderr, result.stdout if form != "csv" else b""):
            assert b"\x1b" not in stream, stream
            stream.decode("utf-8")
        same(result.stderr.count(b"\n"), len(hostile))
        for line in result.stderr.splitlines():
            assert line.startswith(b"quis: "), line
    same(len(rows_of(quis("check", "--format", "csv", "logs").stdout)),
         len(hostile))


def closed(number, *args):
    """The program with one standard stream closed."""
    return subprocess.run(
        ["sh", "-c", f'exec "$0" "$@" {number}{"<" if number == 0 else ">"}&-',
         QUIS, *args], capture_output=True, stdin=subprocess.DEVNULL, timeout=60,
        check=False)


@case("closed standard streams harm no file and lose no report")
def closed_streams():
    write("a.csv", log(3))
    want = quis("rank", "--format", "csv", "a.csv").stdout
    done = closed(0, "rank", "--format", "csv", "a.csv")
    same((done.returncode, done.stdout, done.stderr), (0, want, b""))
    done = closed(1, "rank", "--format", "csv", "a.csv")
    same(done.returncode, 4)
    assert b"standard output" in done.stderr, done.stderr
    done = closed(2, "rank", "--format", "csv", "a.csv")
    same((done.returncode, done.stdout), (0, want))
    for number in (0, 1, 2):
        write("old", b"old\n")
        done = closed(number, "rank", "--format", "csv", "-o", "old", "a.csv")
        with open("old", "rb") as file:
            same((done.returncode, file.read()), (0, want), f"{number} closed")
        with open("a.csv", "rb") as file:
            same(file.read(), log(3))
    # what is said must not end in a file that took the number of a stream
    write("a.csv", log(3) + b"bad\n")
    done = closed(2, "rank", "--format", "csv", "-o", "old", "a.csv")
    with open("old", "rb") as file:
        assert b"quis: " not in file.read()
    same(done.returncode, 3)
    same(closed(0, "check", "-").returncode, 3)


@case("under cron: no terminal, no HOME, empty environment: success is silent")
def cron():
    write("a.csv", log(30))
    done = subprocess.run([QUIS, "rank", "-o", "report", "a.csv"], env={},
                          stdin=subprocess.DEVNULL, capture_output=True,
                          start_new_session=True, timeout=60, check=False)
    same((done.returncode, done.stdout, done.stderr), (0, b"", b""))
    same(sorted(os.listdir(".")), ["a.csv", "report"])
    same(os.stat("report").st_mode & 0o777, 0o600)


@case("the same log under another name is counted once, and told")
def copies():
    os.mkdir("logs")
    for name in ("a.csv", "b.csv", "c.txt"):
        write(f"logs/{name}", log(9))
    rows = check("logs", "logs/b.csv", "./logs/a.csv")
    same(sum(row["accepted"] for row in rows if row["state"] == "intact"), 9)
    same(sorted(row["state"] for row in rows), ["duplicate"] * 3 + ["intact"])


@case("CR only, a mark of byte order, ragged and missing headers: read, or told")
def shapes():
    text = log(5)
    for name, data in (("cr", text.replace(b"\n", b"\r")),
                       ("bom", b"\xef\xbb\xbf" + text),
                       ("crlf", text.replace(b"\n", b"\r\n"))):
        same(counts(check(write(name, data))[0]), ("intact", 5, 0, 1), name)
    columns = [line.split(b",") for line in text.splitlines()]
    moved = b"".join(b",".join(reversed(row)) + b"\n" for row in columns)
    same(counts(check(write("moved", moved))[0]), ("intact", 5, 0, 1))
    ragged = text + b"2026-05-01T00:00:00Z,asha\n" + lookup(9)
    same(counts(check(write("ragged", ragged))[0]), ("intact", 6, 1, 1))
    result = quis("check", write("bare", text[len(HEADER):]))
    same(result.status, 2)
    assert b"--map" in result.stderr, result.stderr


main()
