#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The manual and the program agree, and what both texts show can be run.

Examples are lines `.Dl $ quis ...`, and lines `$ quis ...` in displays (.Bd to
.Ed), of the manual; and lines `$ quis ...` or `$ ./quis ...` in the fenced sh
and console blocks of README.md. The program may stand behind a pipe. A line that
ends in a backslash goes on in the next. They run in a directory where exports/ holds the demo export, and must
succeed: status 0, or 1 as well with --exit-flagged, or the one a comment names:
`.\\" exit 3` on the line before in the manual, `# exit 3` at the end in README.
"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import QUIS, SMALL, case, main, quis

ROOT = Path(__file__).resolve().parent.parent
MANUAL = Path(os.environ.get("QUIS_MANUAL", ROOT / "man" / "quis.1"))
README = Path(os.environ.get("QUIS_README", ROOT / "README.md"))
COMMANDS = ("rank", "check")
EXAMPLE = r"\$ ((?:.*\| *)?(?:\./)?quis .*)"


def options_of_help(command):
    """{"--output", "-o", ...} as the help lists them at the left."""
    result = quis(command, "--help")
    assert result.status == 0, result.stderr
    found = set()
    for line in result.stdout.decode().splitlines():
        row = re.match(r" {2,6}(?:(-\w), )?\s*(--[a-z][a-z-]*)", line)
        if row:
            found |= {name for name in row.groups() if name}
    return found


def unroff(text):
    """A line of mdoc without its escapes."""
    text = re.sub(r"\\f[BIRP]|\\f\[\w*\]|\\&", "", text)
    for roff, plain in ((r"\-", "-"), (r"\(aq", "'"), (r"\(dq", '"'),
                        (r"\(ti", "~"), (r"\(ha", "^"), (r"\(ga", "`"),
                        (r"\(bs", "\\"), (r"\e", "\\")):
        text = text.replace(roff, plain)
    return text


def options_of_manual():
    """Options that a list explains: ".It Fl o , Fl -output Ar FILE"."""
    found = set()
    for line in MANUAL.read_text().splitlines():
        if line.startswith(".It Fl "):
            found |= {f"-{name}" for name in
                      re.findall(r"\bFl (\w\b|-[\w-]+)", unroff(line))}
    return found


def joined(lines):
    """Numbered lines, those behind a backslash put to the line before."""
    whole, start = "", 0
    for number, line in lines:
        start = start if whole else number
        whole += line
        if whole.endswith("\\"):
            whole = whole[:-1]
            continue
        yield start, whole
        whole = ""


def examples_of_manual():
    display, exit_status = False, None
    lines = [(n, unroff(line)) for n, line in
             enumerate(MANUAL.read_text().splitlines(), 1)]
    for number, line in joined(lines):
        comment = re.match(r'[.\']\\" *exit (\d)', line)
        if comment:
            exit_status = int(comment[1])
            continue
        display = line.startswith(".Bd") or display and not line.startswith(".Ed")
        shown = re.match(r"\.Dl " + EXAMPLE, line) or (
            display and re.match(r"\s*" + EXAMPLE, line))
        if shown:
            yield f"man/quis.1:{number}", shown[1], exit_status
            exit_status = None
        elif not line.startswith("."):
            exit_status = None


def examples_of_readme():
    block = None
    for number, line in joined(enumerate(README.read_text().splitlines(), 1)):
        fence = re.match(r"\s*```\s*(\w*)", line)
        if fence:
            block = None if block is not None else fence[1]
        elif block in ("sh", "console"):
            shown = re.match(r"\s*" + EXAMPLE, line)
            comment = re.search(r"# exit (\d)\s*$", line)
            if shown:
                yield (f"README.md:{number}", shown[1],
                       int(comment[1]) if comment else None)


def run_example(command, exit_status):
    """In the current directory, as a reader would."""
    os.mkdir("bin")
    os.symlink(QUIS, "bin/quis")
    os.symlink("bin/quis", "quis")
    shutil.copytree(ROOT / "testdata" / "demo", "exports")
    os.makedirs("testdata")
    os.symlink("../exports", "testdata/demo")
    env = os.environ | {"PATH": f"{os.getcwd()}/bin:{os.environ['PATH']}"}
    done = subprocess.run(["/bin/sh", "-c", command], env=env, timeout=120,
                          stdin=subprocess.DEVNULL, capture_output=True)
    good = {0, 1} if "--exit-flagged" in command else {0}
    if exit_status is not None:
        good = {exit_status}
    if done.returncode not in good:
        raise AssertionError(f"{command}: status {done.returncode}\n"
                             + done.stderr.decode(errors="replace"))


@case("every option of the help stands in the manual, and none besides")
def options():
    manual = options_of_manual()
    helped = set().union(*(options_of_help(command) for command in COMMANDS))
    assert len(helped) > 10, helped
    missing, unknown = sorted(helped - manual), sorted(manual - helped)
    assert not missing, f"not in the manual: {missing}"
    assert not unknown, f"not in any help: {unknown}"


@case("every command stands in the manual and in the help")
def commands():
    text = quis("--help").stdout.decode()
    named = re.findall(r"^  (\w+) ", text, re.M)
    assert sorted(named) == sorted(COMMANDS), named
    manual = unroff(MANUAL.read_text())
    for name in named:
        assert re.search(rf"\b(Cm|Nm quis) {name}\b", manual), name


@case("the report shown in README.md is what the program prints")
def shown_report():
    done = subprocess.run([QUIS, "rank", "testdata/demo", "--top", "5"],
                          cwd=ROOT, capture_output=True, check=True)
    assert "```\n" + done.stdout.decode() + "```\n" in README.read_text()


def add_examples(what, find):
    try:
        found = list(find())
    except OSError as error:
        found, why = [], str(error)
    else:
        why = f"{what} shows no example"

    @case(f"{what} has examples")
    def some():
        assert found, why

    for place, command, exit_status in found[:3] if SMALL else found:
        def one(command=command, exit_status=exit_status):
            run_example(command, exit_status)
        case(f"{place}: {command}")(one)


add_examples("man/quis.1", examples_of_manual)
add_examples("README.md", examples_of_readme)
main()
