#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The sandbox holds where the kernel has one, in every thread; where it has
none that is told; and it is in the way of nothing that a run is for."""
import ctypes
import errno
import gzip
import json
import os
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import (HEADER, QUIS, SMALL, case, log, lookup, main, quis, rows_of,
                     same, write)
from shim import POSSIBLE, SHIM, shimmed

LANDLOCK_CREATE_RULESET = 444
KERNEL = ctypes.CDLL(None).syscall(LANDLOCK_CREATE_RULESET, None, 0, 1)

# What each attempt must fail with.
DENIED = {"read": errno.EACCES, "create": errno.EACCES, "list": errno.EACCES,
          "socket": errno.EPERM, "bind": errno.EPERM, "fork": errno.EPERM,
          "exec": errno.EPERM, "chmod": errno.EPERM}


def probed(what, *args, on=99):
    """What an intruder gets at the given calls, by (main or thread, name)."""
    with tempfile.TemporaryFile() as told:
        env = os.environ | {"SHIM": what, "LD_PRELOAD": str(SHIM),
                            "SHIM_STEPS": f"{told.fileno()} {told.fileno()}",
                            "SHIM_ELSEWHERE": os.path.abspath("elsewhere/file"),
                            "TMPDIR": os.path.abspath("tmp")}
        env["SHIM_SANDBOX"] = str(on)  # the version of Landlock at most
        done = subprocess.run([QUIS, *args], env=env, pass_fds=[told.fileno()],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=60, check=False)
        same((done.returncode, done.stderr), (0, b""))
        told.seek(0)
        got = {}
        for line in told.read().decode().splitlines():
            place, name, error = line.split()
            got.setdefault((place, name), set()).add(int(error))
        return got


def folders():
    for name in ("logs", "elsewhere", "tmp", "out"):
        os.mkdir(name)
    write("logs/a.csv", log(12000))
    # large enough for a thread to read ahead, which packed logs are for sure
    write("packed.csv.gz", gzip.compress(log(12000), 0))


def held(got, place):
    for name, error in DENIED.items():
        same(got.get((place, name)), {error}, f"{name} from {place}")
    same(os.listdir("elsewhere"), [])


@case("active when the report is written, and in the threads that read")
def active():
    if not POSSIBLE or KERNEL < 1:
        return
    folders()
    held(probed("write 1 probe", "rank", "-o", "out/r", "logs/a.csv"), "main")
    held(probed("write 1 probe", "check", "logs"), "main")
    got = probed("read 0 probe", "check", "--threads", "2", "packed.csv.gz")
    held(got, "thread")
    held(probed("read 0 probe", "show", "asha", "--threads", "1", "logs"), "main")


@case("active with every version of Landlock there has been")
def versions():
    if not POSSIBLE:
        return
    folders()
    for version in range(1, KERNEL + 1):
        held(probed("write 1 probe", "rank", "-o", "out/r", "logs/a.csv",
                    on=version), "main")
        held(probed("name 2 probe", "rank", "-o", "out/r", "logs/a.csv",
                    on=version), "main")


@case("without it all of that succeeds, so that this test means something")
def bare():
    if not POSSIBLE:
        return
    folders()
    got = probed("write 1 probe", "check", "logs", on=0)
    for name in DENIED:
        if name != "exec":  # that is what is forked
            same(got.get(("main", name)), {0}, name)


@case("a kernel without it: a note with -v, no failure, the same report")
def no_kernel():
    if not POSSIBLE:
        return
    write("a.csv", log(5))
    want = shimmed("alloc 0 count", "check", "a.csv")
    same((want.status, want.stderr), (0, b""))
    got = shimmed("alloc 0 count", "check", "-v", "a.csv")
    same((got.status, got.stdout), (0, want.stdout))
    assert (b"quis: the sandbox is not whole: no landlock: Function not "
            b"implemented, no seccomp: Function not implemented\n"
            in got.stderr), got.stderr


@case("with it -v says nothing of it")
def quiet():
    if KERNEL >= 1:
        write("a.csv", log(5))
        assert b"sandbox" not in quis("check", "-v", "a.csv").stderr


@case("links in folders, and folders behind links, are read wherever they lead")
def links():
    for name in ("logs/deep", "other/more", "far"):
        os.makedirs(name)
    write("logs/deep/a.csv", log(1))
    write("other/b.csv", log(2, 100))
    write("other/more/c.csv", log(3, 200))
    write("far/d.csv.gz", gzip.compress(log(4, 300)))
    os.symlink("../../far/d.csv.gz", "logs/deep/d")
    os.symlink("../other", "logs/other")
    os.symlink("../../far", "other/more/far")
    os.symlink("logs", "named")
    for name in ("logs", "named", "logs/../logs/.", os.path.abspath("logs")):
        rows = rows_of(quis("check", "--format", "csv", name).stdout)
        same(sum(int(row["accepted"]) for row in rows
                 if row["state"] == "intact"), 1 + 2 + 3 + 4, name)
        same({row["state"] for row in rows} - {"duplicate"}, {"intact"})


@case("named by a link, by a FIFO, as /dev/stdin, and on standard input")
def named():
    write("a.csv", log(5))
    os.symlink("a.csv", "link")
    os.symlink("link", "twice")
    for name in ("a.csv", "link", "twice"):
        same(quis("check", name).status, 0, name)
    with open("a.csv", "rb") as file:
        same(subprocess.run([QUIS, "check", "/dev/stdin"], stdin=file,
                            capture_output=True, check=False).returncode, 0)
    same(quis("check", "/dev/stdin", feed=[log(5)]).status, 0)
    same(quis("check", "-", feed=[log(5)]).status, 0)
    same(subprocess.run(["bash", "-c", f"{QUIS} check <(cat a.csv)"],
                        capture_output=True, check=False).returncode, 0)


@case("registers, a list, a config and a zone are read, wherever they lie")
def side_files():
    os.makedirs("etc/deep")
    write("a.csv", log(30))
    write("etc/roster.csv", b"user,unit,role\nasha,North,constable\n")
    write("etc/deep/cases.csv", b"case,unit,opened,closed\nN-1,North,2026-01-01,\n")
    write("etc/list", b"00000001\n00000002\n00000003\n")
    write("etc/conf", b"roster = roster.csv\ncases = deep/cases.csv\n"
          b"report-timezone = Asia/Dhaka\n")
    same(quis("rank", "--config", "etc/conf", "a.csv").status, 0)
    same(quis("trace", "etc/list", "a.csv").status, 0)
    same(quis("show", "asha", "--leaked", "etc/list", "a.csv").status, 0)


@case("the report appears beside, through a link, over an old one, in a device")
def outputs():
    write("a.csv", log(30))
    for name in ("out", "real"):
        os.mkdir(name)
    write("real/old", b"old\n")
    os.symlink("../real/old", "out/link")
    os.symlink("../real/new", "out/dangling")
    want = quis("rank", "--format", "csv", "a.csv").stdout
    for name in ("r.csv", "out/r.csv", "out/link", "out/dangling", "./out/../s.csv",
                 os.path.abspath("t.csv")):
        result = quis("rank", "--format", "csv", "-o", name, "a.csv")
        same((result.status, result.stderr), (0, b""), name)
        with open(name, "rb") as file:
            same(file.read(), want, name)
    assert os.path.islink("out/link") and os.path.islink("out/dangling")
    same(sorted(os.listdir("real")), ["new", "old"])
    for name in ("/dev/null", "/dev/stdout", "-"):
        same(quis("rank", "-o", name, "a.csv").status, 0, name)
    same(quis("rank", "-o", "/dev/full", "a.csv").status, 4)
    os.mkfifo("fifo")
    reader = subprocess.Popen(["cat", "fifo"], stdout=subprocess.PIPE)
    same(quis("rank", "--format", "csv", "-o", "fifo", "a.csv").status, 0)
    same(reader.communicate()[0], want)


@case("manifest and rejects appear where they are named, and zips are read")
def more_outputs():
    for name in ("one", "two", "three", "logs"):
        os.mkdir(name)
    write("logs/a.csv", log(5) + b"bad\n")
    with zipfile.ZipFile("far.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("b.csv", log(5, 100))
        file.writestr("c.csv", log(5, 200))
    os.symlink("../far.zip", "logs/link.zip")
    result = quis("cat", "-o", "one/o", "--rejects", "two/r", "--manifest",
                  "three/m", "logs", "far.zip!b.csv")
    same(result.status, 3, result.stderr)
    for name in ("one/o", "two/r", "three/m"):
        assert os.stat(name).st_size > 0, name
    with open("three/m", encoding="utf-8") as file:
        said = json.load(file)["run"]["sandbox"]
    if KERNEL >= 1:
        same(said, f"landlock {KERNEL}, seccomp")
    with open("one/o", "rb") as file:
        same(file.read().count(b"\n"), 1 + 15)


@case("too few descriptors to say what may be read: a note, and all is read")
def descriptors():
    if SMALL:
        return
    os.makedirs("logs/deep/er")
    write("logs/deep/er/a.csv", log(5))
    for most in range(4, 9):
        result = subprocess.run(
            ["sh", "-c", f'ulimit -n {most}; exec "$@"', "sh", QUIS, "check",
             "-v", "logs/deep/er/a.csv" if most < 7 else "logs"],
            capture_output=True, check=False)
        assert b"Permission denied" not in result.stdout, result.stdout
        if KERNEL >= 1 and most == 4:
            assert b"no landlock: Too many open files" in result.stderr


@case("what is wrong is told in the words it always was")
def words():
    write("a.csv", log(3))
    for args, status, said in (
            (["check", "nothing"], 2, b"nothing: No such file or directory"),
            (["rank", "-o", "none/r", "a.csv"], 4,
             b"none/r: cannot be written: No such file or directory"),
            (["rank", "--roster", "none", "a.csv"], 2, b"No such file"),
            (["rank", "--memory", "256M", "--temporary", "none", "a.csv"], 2,
             b"No such file")):
        result = quis(*args)
        same(result.status, status, result.stderr)
        assert said in result.stderr, result.stderr


@case("no core is dumped")
def no_core():
    os.mkfifo("pipe")
    write("a.csv", log(3))
    process = subprocess.Popen([QUIS, "check", "pipe"],
                               stdout=subprocess.DEVNULL)
    with open("pipe", "wb") as pipe:
        pipe.write(HEADER + lookup(1))
        pipe.flush()
        with open(f"/proc/{process.pid}/limits", encoding="ascii") as file:
            line = next(line for line in file if "core file" in line)
        with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            status = dict(line.split(":\t", 1) for line in file if ":\t" in line)
    process.wait()
    same(line.split()[4:6], ["0", "0"])
    same(status["NoNewPrivs"].strip(), "1")
    if KERNEL >= 1 and not SMALL:
        same(status["Seccomp"].strip(), "2")


main()
