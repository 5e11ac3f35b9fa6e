#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run every test there is; the last line is "N passed, N failed".

  unit    BUILD/unit/test-*    cmocka programs, counted by their TAP output
  cli     tests/cli/*.sh       goldens, see below
  faults  tests/faults/*.py    damaged and hostile input, through the program
  manual  tests/manual.py      options and examples of manual and README

A golden is a small script NAME.sh beside what it must do:

  NAME.sh.stdout.exact   the bytes of standard output; no file: none
  NAME.sh.stdout.glob    or lines in which * stands for anything
  NAME.sh.stderr.exact   likewise for standard error
  NAME.sh.stderr.glob
  NAME.sh.exit           the exit status; no file: 0

In a glob a line "..." stands for any number of lines. A script runs in a
fresh directory, standard input empty, with the program's path in $QUIS, the
directory of test logs in $TESTDATA and helpers in $COMMON.

The others print TAP: "ok - name", or "not ok - name" and why behind "#".
What a sanitizer reports fails the test it was reported in.
"""
import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
AT_ONCE = 2
SHOWN_LINES = 40  # of what a failed test said

# What takes the thread sanitizer longest, and shares nothing, or no more than
# test-ahead does: left out there, for the sake of time.
UNSHARED = {"test-batch", "test-decoders", "test-gzip", "test-inflate",
            "test-mixture", "test-scan"}


class Job:
    """One program to run: its tests count towards a group."""

    def __init__(self, group, name, command, check, timeout):
        self.group, self.name, self.command = group, name, command
        self.check, self.timeout = check, timeout
        self.accept = False


class Outcome:
    def __init__(self, stdout, stderr, status, reports, late):
        self.stdout, self.stderr = stdout, stderr
        self.status = status    # negative: the signal that ended it
        self.reports = reports  # of sanitizers
        self.late = late        # seconds it was given, or None


def environment(options):
    """Nothing of the caller's locale, zone or terminal decides a test."""
    kept = {k: v for k, v in os.environ.items()
            if k in ("PATH", "LD_LIBRARY_PATH", "CC")}
    kept.update(
        QUIS=str(Path(options.program).resolve()), TESTDATA=str(ROOT / "testdata"),
        COMMON=str(TESTS / "cli" / "common"), LC_ALL="C", TZ="UTC",
        PYTHONDONTWRITEBYTECODE="1", CMOCKA_MESSAGE_OUTPUT="TAP")
    if options.small:
        kept["QUIS_TEST_SMALL"] = "1"
    if options.slow:
        kept["QUIS_TEST_SLOW"] = "1"
    return kept


def sanitizer_options(directory):
    log = f"log_path={directory}/report"
    return {
        "ASAN_OPTIONS": f"{log}:exitcode=86:detect_leaks=1:strict_string_checks=1",
        "UBSAN_OPTIONS": f"{log}:print_stacktrace=1",
        "TSAN_OPTIONS": f"{log}:exitcode=86:second_deadlock_stack=1:"
                        "allocator_may_return_null=1",
    }


def run(job, options):
    """Run one job in a directory of its own; nothing of it outlives it."""
    with tempfile.TemporaryDirectory(prefix="quis-test-") as top:
        # Beside each other: in TMPDIR the sandbox allows what it should deny
        # where tests work, and sanitizers may report.
        work, temporary = Path(top, "work"), Path(top, "tmp")
        logs = temporary / "sanitizer"
        work.mkdir()
        logs.mkdir(parents=True)
        env = environment(options) | sanitizer_options(logs)
        env.update(HOME=str(work), TMPDIR=str(temporary))
        late = None
        process = subprocess.Popen(
            job.command, cwd=ROOT if job.group == "unit" else work, env=env,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True)
        try:
            out, err = process.communicate(timeout=job.timeout)
        except subprocess.TimeoutExpired:
            late = job.timeout
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
        reports = "".join(p.read_text(errors="replace")
                          for p in sorted(logs.iterdir()))
        return Outcome(out, err, process.returncode, reports, late)


def text_of(data):
    return data.decode("utf-8", "backslashreplace")


def shown(data):
    """The end of what a test said, safe to print."""
    lines = text_of(data).split("\n")
    lines = ["    | " + re.sub(r"[^\x20-\x7e\x80-\U0010ffff]", "?", line)
             for line in lines if line]
    if len(lines) > SHOWN_LINES:
        lines[SHOWN_LINES // 2:-SHOWN_LINES // 2] = ["    | ..."]
    return "\n".join(lines)


def common_faults(outcome):
    """What fails a test of any kind."""
    if outcome.late is not None:
        yield f"not done after {outcome.late} s"
    if outcome.reports:
        yield "a sanitizer reports:\n" + shown(outcome.reports.encode())


def glob_matches(pattern, lines):
    """Do the lines follow the pattern's? "..." stands for any number."""
    if not pattern:
        return not lines
    if pattern[0] == "...":
        return any(glob_matches(pattern[1:], lines[i:])
                   for i in range(len(lines) + 1))
    line = ".*".join(re.escape(part) for part in pattern[0].split("*"))
    return (bool(lines) and re.fullmatch(line, lines[0], re.S) is not None and
            glob_matches(pattern[1:], lines[1:]))


def compare_stream(script, stream, data):
    exact = script.with_name(f"{script.name}.{stream}.exact")
    glob = script.with_name(f"{script.name}.{stream}.glob")
    if glob.exists():
        want = glob.read_text()
        if glob_matches(want.splitlines(), text_of(data).splitlines()):
            return None
    else:
        want = exact.read_bytes() if exact.exists() else b""
        if want == data:
            return None
        want = text_of(want)
    return (f"{stream} is\n{shown(data)}\n  but should be\n"
            f"{shown(want.encode())}")


def accept(script, outcome):
    """Take what the program says now as right; globs are left to people."""
    for stream in ("stdout", "stderr"):
        data = getattr(outcome, stream)
        exact = script.with_name(f"{script.name}.{stream}.exact")
        if script.with_name(f"{script.name}.{stream}.glob").exists():
            continue
        if data or exact.exists():
            exact.write_bytes(data)


def check_golden(job, outcome):
    script = TESTS / "cli" / f"{job.name}.sh"
    if job.accept:
        accept(script, outcome)
    status = script.with_name(script.name + ".exit")
    want = int(status.read_text()) if status.exists() else 0
    faults = list(common_faults(outcome))
    if outcome.status != want:
        faults.append(f"exit status {outcome.status} instead of {want}")
    for stream in ("stdout", "stderr"):
        fault = compare_stream(script, stream, getattr(outcome, stream))
        if fault is not None:
            faults.append(fault)
    if faults:
        return 0, [(f"cli/{job.name}", "\n  ".join(faults))]
    return 1, []


def check_tap(job, outcome):
    """Passed, and failures with what stands behind them."""
    label = f"{job.group}/{job.name}"
    passed, planned, failed = 0, 0, []
    for line in text_of(outcome.stdout).splitlines():
        found = re.match(r"(not )?ok\b[\s\d]*-?\s*(.*)", line)
        plan = re.match(r"1\.\.(\d+)", line)
        if plan:
            planned += int(plan[1])
        elif found and found[1]:
            failed.append((f"{label}: {found[2]}", ""))
        elif found:
            passed += 1
        elif line.startswith("#") and failed:
            name, why = failed[-1]
            failed[-1] = (name, f"{why}\n  {line}".lstrip("\n"))
    faults = list(common_faults(outcome))
    if outcome.status != 0 and not failed and not faults:
        faults.append(f"exit status {outcome.status}")
    if passed + len(failed) < max(planned, 1):
        faults.append(f"{passed + len(failed)} of {planned} tests ran")
    if failed or faults:
        said = shown(outcome.stderr)
        faults = [fault + ("\n" + said if said else "") for fault in faults]
        if failed and not faults and said:
            failed[-1] = (failed[-1][0], f"{failed[-1][1]}\n{said}")
    return passed, failed + [(label, fault) for fault in faults]


def find_jobs(options):
    slow = 20 if options.slow else 6 if options.small else 1
    jobs = []
    # The longest first, so that no processor ends alone with one of them.
    for script in sorted((TESTS / "faults").glob("*.py")):
        jobs.append(Job("faults", script.stem, [sys.executable, str(script)],
                        check_tap, 300 * slow))
    jobs.append(Job("manual", "manual", [sys.executable, str(TESTS / "manual.py")],
                    check_tap, 180 * slow))
    left_out = UNSHARED if options.unshared else set()
    for program in sorted(Path(options.build).resolve().glob("unit/test-*")):
        if (program.suffix == "" and program.name not in left_out
                and os.access(program, os.X_OK)):
            jobs.append(Job("unit", program.name, [str(program)], check_tap,
                            180 * slow))
    for script in sorted((TESTS / "cli").glob("*.sh")):
        jobs.append(Job("cli", script.stem, ["/bin/sh", str(script)],
                        check_golden, 90 * slow))
    if options.only:
        jobs = [job for job in jobs
                if any(f"{job.group}/{job.name}".startswith(name)
                       for name in options.only)]
    return jobs


def report(groups, results):
    """One line a group, failures in full, and the sum."""
    all_passed = all_failed = 0
    for group in groups:
        mine = [result for result in results if result[0].group == group]
        passed = sum(result[1] for result in mine)
        failed = [fault for result in mine for fault in result[2]]
        if passed + len(failed) == 0:
            failed.append((group, "no test ran"))
        for name, why in failed:
            print(f"FAILED {name}\n  {why}" if why else f"FAILED {name}")
        spent = sum(result[3] for result in mine)
        print(f"{group}: {passed} passed, {len(failed)} failed "
              f"({spent:.1f} s)")
        all_passed += passed
        all_failed += len(failed)
    print(f"{all_passed} passed, {all_failed} failed", flush=True)
    return 1 if all_failed else 0


def main():
    parser = argparse.ArgumentParser(description="run every test")
    parser.add_argument("--build", default="build")
    parser.add_argument("--program", default="./quis")
    parser.add_argument("--only", action="append", metavar="GROUP[/NAME]",
                        help="run only these; may be given several times")
    parser.add_argument("--slow", action="store_true",
                        help="leave nothing out for the sake of time")
    parser.add_argument("--accept", action="store_true",
                        help="rewrite the .exact files of goldens; read the "
                        "difference before you commit it")
    options = parser.parse_args()
    options.small = re.search("asan|tsan", Path(options.build).name) is not None
    options.unshared = "tsan" in Path(options.build).name and not options.slow
    if not os.access(options.program, os.X_OK):
        sys.exit(f"run.py: no program {options.program}")

    def timed(job):
        began = time.monotonic()
        job.accept = options.accept
        passed, failed = job.check(job, run(job, options))
        return job, passed, failed, time.monotonic() - began

    groups = ["unit", "cli", "faults", "manual"]
    if options.only:
        groups = [group for group in groups
                  if any(name.split("/")[0] == group for name in options.only)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(timed, find_jobs(options)))
    sys.stdout.reconfigure(errors="backslashreplace")
    return report(groups, results)


if __name__ == "__main__":
    sys.exit(main())
