# SPDX-License-Identifier: Apache-2.0
"""The program with calls that fail: see tests/faults/shim.c."""
import os
import signal
import subprocess
import tempfile
from pathlib import Path

from harness import QUIS, SMALL

# The plain program is ./quis, all others lie in their build directories.
BUILD = (Path(QUIS).parent / "build" if (Path(QUIS).parent / "Makefile").exists()
         else Path(QUIS).parent)
SHIM = BUILD / "faults" / "shim.so"
# Sanitizers bring an allocator of their own, before which nothing can stand.
POSSIBLE = not SMALL and SHIM.exists()


class Ended:
    def __init__(self, status, stdout, stderr):
        self.status, self.stdout, self.stderr = status, stdout, stderr


def shimmed(what, *args, spare="", counts=None, feed=b""):
    """Run the program; its status is negative where a signal ended it."""
    env = os.environ | {"SHIM": what, "LD_PRELOAD": str(SHIM),
                        "SHIM_SPARE": spare}
    if counts is not None:
        env["SHIM_COUNTS"] = counts
    done = subprocess.run([QUIS, *args], env=env, input=feed,
                          capture_output=True, timeout=60, check=False)
    return Ended(done.returncode, done.stdout, done.stderr)


def calls(*args, spare="", feed=b""):
    """How often each kind of call is made."""
    with tempfile.NamedTemporaryFile() as file:
        shimmed("alloc 0 count", *args, spare=spare, counts=file.name, feed=feed)
        return {kind: int(n) for kind, n in
                (line.split() for line in file.read().decode().splitlines())}


def steps(what, *args, spare=""):
    """(n, Ended) for each call in turn, each in a process of its own that
    begins where the call is made. One thread only."""
    env = os.environ | {"SHIM": what, "LD_PRELOAD": str(SHIM),
                        "SHIM_SPARE": spare}
    from_program, to_us = os.pipe()
    from_us, to_program = os.pipe()
    env["SHIM_STEPS"] = f"{to_us} {from_us}"
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [QUIS, *args], env=env, stdin=subprocess.DEVNULL, stdout=out,
            stderr=err, pass_fds=(to_us, from_us))
        os.close(to_us)
        os.close(from_us)
        try:
            with os.fdopen(from_program) as lines:
                for line in lines:
                    n, status = map(int, line.split())
                    yield n, Ended(os.waitstatus_to_exitcode(status),
                                   whole(out), whole(err))
                    os.write(to_program, b".")
            if process.wait(60) not in (0, 1, 2, 3):
                raise AssertionError(f"stepping ended with {process.returncode}: "
                                     f"{whole(err)[-300:]!r}")
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()
            os.close(to_program)


def paused(what, meanwhile, *args):
    """Run the program, and meanwhile() while it waits at the call."""
    from_program, to_us = os.pipe()
    from_us, to_program = os.pipe()
    env = os.environ | {"SHIM": what, "LD_PRELOAD": str(SHIM),
                        "SHIM_STEPS": f"{to_us} {from_us}"}
    process = subprocess.Popen([QUIS, *args], env=env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               pass_fds=(to_us, from_us))
    os.close(to_us)
    os.close(from_us)
    if os.read(from_program, 64):
        meanwhile()
    os.write(to_program, b".")
    out, err = process.communicate(timeout=60)
    os.close(from_program)
    os.close(to_program)
    return Ended(process.returncode, out, err)


def whole(file):
    return os.pread(file.fileno(), 1 << 24, 0)
