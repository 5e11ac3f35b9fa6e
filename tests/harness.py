# SPDX-License-Identifier: Apache-2.0
"""What the tests that drive the program have in common.

A test is a function under @case("what must hold"); it runs in a directory of
its own and fails by an exception. main() runs all and prints TAP.
"""
import csv
import io
import os
import re
import signal
import subprocess
import sys
import tempfile
import traceback
import zlib
from pathlib import Path

# What a shell starts in the background ignores SIGINT, and so would what is
# started from here.
signal.signal(signal.SIGINT, signal.default_int_handler)

QUIS = os.environ.get("QUIS", str(Path(__file__).resolve().parent.parent / "quis"))
SMALL = os.environ.get("QUIS_TEST_SMALL") == "1"  # a sanitizer build: slow
SLOW = os.environ.get("QUIS_TEST_SLOW") == "1"    # all of it, however long
MEMORY_MOST = 64 << 20

HEADER = b"timestamp,user,unit,role,kind,subject,case\n"

cases = []


def case(name):
    def keep(function):
        cases.append((name, function))
        return function
    return keep


def main(before=lambda: None, when=True):
    """`before` is done in each test's directory; without `when` none can run
    here, which is no failure."""
    if not when:
        print("1..1\nok 1 - not in this build")
        return
    print(f"1..{len(cases)}")
    failed = 0
    tempfile.gettempdir()  # which it remembers
    for number, (name, function) in enumerate(cases, 1):
        with tempfile.TemporaryDirectory() as directory:
            # Beside each other: in TMPDIR the sandbox allows all.
            for part in ("work", "tmp"):
                os.mkdir(os.path.join(directory, part))
            os.environ["TMPDIR"] = os.path.join(directory, "tmp")
            os.chdir(os.path.join(directory, "work"))
            try:
                before()
                function()
                print(f"ok {number} - {name}", flush=True)
            except Exception as error:  # whatever it is, the test failed
                failed += 1
                print(f"not ok {number} - {name}")
                place = traceback.extract_tb(error.__traceback__)[-1]
                said = f"{type(error).__name__}: {error} (line {place.lineno})"
                for line in said.split("\n")[:20]:
                    print(f"# {line!a}"[:600], flush=True)
            os.chdir("/")
    sys.exit(1 if failed else 0)


def lookup(n, user=b"asha", unit=b"North"):
    """A record whose subject is told by n."""
    return (b"2026-05-01T%02d:%02d:%02d+06:00,%s,%s,constable,identity,%08d,N-1\n"
            % (n // 3600 % 24, n // 60 % 60, n % 60, user, unit, n))


def log(n, first=0):
    return HEADER + b"".join(lookup(i) for i in range(first, first + n))


class Result:
    def __init__(self, status, stdout, stderr, memory):
        self.status, self.stdout, self.stderr = status, stdout, stderr
        self.memory = memory  # most of it that was resident, in bytes


def quis(*args, feed=None, timeout=60):
    """Run the program. `feed`, if given, yields its standard input."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [QUIS, *args], stdout=out, stderr=err,
            stdin=subprocess.PIPE if feed is not None else subprocess.DEVNULL)
        try:
            for piece in feed or ():
                process.stdin.write(piece)
            if feed is not None:
                process.stdin.close()
        except BrokenPipeError:
            pass
        watch = subprocess.Popen(
            ["sh", "-c", f"sleep {timeout * (6 if SMALL else 1)}; "
             f"kill -KILL {process.pid}"], start_new_session=True)
        try:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            os.killpg(watch.pid, 9)
            watch.wait()
        out.seek(0)
        err.seek(0)
        result = Result(process.returncode, out.read(), err.read(),
                        usage.ru_maxrss << 10)
    if result.status < 0 or result.status > 5:
        raise AssertionError(f"status {result.status} from {args[:6]}: "
                             f"{result.stderr[-1000:]}")
    return result


def rows_of(data):
    """CSV as dictionaries; bytes that are no UTF-8 survive."""
    text = data.decode("utf-8", "surrogateescape")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def same(got, want, what=""):
    if got != want:
        raise AssertionError(f"{what}: {got!r} instead of {want!r}")


def check(*args, feed=None, timeout=60):
    """quis check, held to what it promises on any input whatsoever: every
    line accounted for, and a status and words that tell of damage."""
    result = quis("check", "--format", "csv", *args, feed=feed, timeout=timeout)
    rows = rows_of(result.stdout)
    if result.status not in (0, 3) or not rows:
        raise AssertionError(f"status {result.status}: {result.stderr[-600:]}")
    damaged, accepted = False, 0
    for row in rows:
        for name in ("bytes", "lines", "accepted", "rejected", "skipped"):
            row[name] = int(row[name])
        same(row["accepted"] + row["rejected"] + row["skipped"], row["lines"],
             f"accepted + rejected + skipped of {row['file']}")
        accepted += row["accepted"]
        bad = row["state"] in ("truncated", "corrupt", "unreadable")
        if not bad and row["state"] not in ("intact", "duplicate"):
            raise AssertionError(f"state {row['state']}")
        damaged |= bad or row["rejected"] > 0
        if bad and row["state"].encode() not in result.stderr:
            raise AssertionError(f"{row['file']} is {row['state']}, and "
                                 "standard error does not say so")
    same(result.status, 3 if damaged or accepted == 0 else 0,
         "exit status for " + ", ".join(
             f"{r['state']} {r['rejected']} rejected" for r in rows[:3]))
    if result.status == 0:
        same(result.stderr, b"", "standard error on success")
    return rows


def check_one(*args, **more):
    rows = check(*args, **more)
    same(len(rows), 1, "rows")
    return rows[0]


def as_if_alone(rows):
    """Give those whose text another one has, too, that one's counts, and the
    state that they would have without it."""
    named = {row["file"]: row for row in rows}
    for row in rows:
        if row["state"] == "duplicate":
            of, state, note = re.fullmatch(
                r"same text as ([^;]*)(?:; (\w+): (.*))?", row["note"]).groups()
            for name in ("lines", "accepted", "rejected", "skipped"):
                row[name] = named[of][name]
            row["state"], row["note"] = state or "intact", note or ""


def counts(row):
    return row["state"], row["accepted"], row["rejected"], row["skipped"]


def inflated(data):
    """What zlib delivers of damaged gzip: text, and how it ended."""
    text, end = b"", "intact"
    while data:
        engine = zlib.decompressobj(31)
        try:
            for i in range(len(data)):
                text += engine.decompress(data[i:i + 1])
                if engine.eof:
                    data = data[i + 1:]
                    break
            else:
                return text, "truncated"
        except zlib.error:
            return text, "corrupt"
    return text, end


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)
    return name
