#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The manual and the program agree, and what both texts show can be run.

Examples are lines `.Dl $ quis ...`, and lines `$ quis ...` in displays (.Bd to
.Ed), of the manual; and lines `$ quis ...` or `$ ./quis ...` in the fenced sh
and console blocks of README.md. The program may stand behind a pipe. A line that
ends in a backslash goes on in the next. They run in a directory where exports/ holds the demo export, and must
succeed: status 0, or 1 as well with --exit-flagged, or the one a comment names:
`.\\" exit 3` on the line before in the manual, `# exit 3` at the end in README.

man/quis-profile.5 has an item for each line and each profile that there is, and
its display is a profile.

man/quis-signals.7 has a section for each signal, in the program's order, and
the constants and families that are in the source.
"""
import json
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
SIGNALS = Path(os.environ.get("QUIS_SIGNALS", ROOT / "man" / "quis-signals.7"))
PROFILE = Path(os.environ.get("QUIS_PROFILE", ROOT / "man" / "quis-profile.5"))
README = Path(os.environ.get("QUIS_README", ROOT / "README.md"))
COMMANDS = ("rank", "show", "trace", "check", "cat")
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


def examples_of_manual(page=MANUAL):
    display, exit_status = False, None
    lines = [(n, unroff(line)) for n, line in
             enumerate(page.read_text().splitlines(), 1)]
    for number, line in joined(lines):
        comment = re.match(r'[.\']\\" *exit (\d)', line)
        if comment:
            exit_status = int(comment[1])
            continue
        display = line.startswith(".Bd") or display and not line.startswith(".Ed")
        shown = re.match(r"\.Dl " + EXAMPLE, line) or (
            display and re.match(r"\s*" + EXAMPLE, line))
        if shown:
            yield f"man/{page.name}:{number}", shown[1], exit_status
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
    shutil.copytree(ROOT / "testdata" / "demo-registers", "registers")
    os.symlink("../registers", "testdata/demo-registers")
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
    missing = sorted(helped - manual)
    unknown = sorted(manual - helped)
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


# Commands whose reports README.md shows whole.
SHOWN = (
    "rank testdata/demo --top 5",
    "rank --roster testdata/demo-registers/roster.csv"
    " --units testdata/demo-registers/units.csv"
    " --cases testdata/demo-registers/cases.csv"
    " --case-subjects testdata/demo-registers/case-subjects.csv"
    " testdata/demo --top 1",
    "trace testdata/demo-registers/leaked.txt testdata/demo --top 5",
)


@case("the reports shown in README.md are what the program prints")
def shown_reports():
    readme = README.read_text()
    lines = enumerate(readme.replace("`", "\n").splitlines())
    commands = {" ".join(re.sub(r"^\$ ", "", line).split())
                for _, line in joined(lines)}
    for command in SHOWN:
        done = subprocess.run([QUIS, *command.split()], cwd=ROOT,
                              capture_output=True, check=True)
        assert "```\n" + done.stdout.decode() + "```\n" in readme, command
        assert f"./quis {command}" in commands, command


@case("the evidence shown in README.md is what the program prints")
def shown_evidence():
    shown = re.search(r"```\n(time +subject.*?)```\n", README.read_text(), re.S)
    done = subprocess.run([QUIS, "show", "atu.sp.hossain", "testdata/demo"],
                          cwd=ROOT, capture_output=True, check=True)
    for line in shown[1].splitlines():
        # columns are as wide as what else is shown
        words = " ".join(line.split())
        assert words in " ".join(done.stdout.decode().split()), line


def signals_of_program():
    """Names in the order of signals[]: a wrong name is answered with all."""
    wrong = quis("rank", "--signals", "no such signal", "-")
    assert wrong.status == 2, wrong.stderr
    return re.search(r"there are (.*)", wrong.stderr.decode())[1].split(", ")


def signals_of_page():
    """{name: text} of the sections of .Sh SIGNALS, in order."""
    sections = re.search(r"^\.Sh SIGNALS\n(.*?)^\.Sh ", SIGNALS.read_text(),
                         re.M | re.S)[1]
    parts = re.split(r"^\.Ss (.*)\n", sections, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


@case("quis-signals.7 has a section for each signal, in their order")
def signal_sections():
    page = signals_of_page()
    assert list(page) == signals_of_program(), list(page)
    for name, text in page.items():
        items = re.findall(r"^\.It (.*)", text, re.M)
        assert items == ["Sees", "Compared", "Innocent", "Needs"], (name, items)


@case("quis-signals.7 names the field without which a signal is left out")
def signal_fields():
    lines = "".join(f"2026-05-01 10:{m:02}:00,u{m % 4},{m}\n"
                    for m in range(40))
    Path("log").write_text("timestamp,user,subject\n" + lines)
    report = quis("show", "u1", "--format", "json", "log")
    assert report.status == 0, report.stderr
    rows = json.loads(report.stdout)["signals"]
    lacks = {row["signal"]: re.findall(r"the log has no (.*)", row["phrase"])
             for row in rows if "register is given" not in row["phrase"]}
    assert len(lacks) == 16, lacks  # the others lack a register before all
    for name, text in signals_of_page().items():
        if name not in lacks:
            continue
        found = re.findall(r"^\.Em (\w+)", needs_of(text), re.M)
        assert found == lacks[name], (name, found, lacks[name])


def needs_of(section):
    return section.split(".It Needs\n")[1].split("Without")[0]


@case("quis-signals.7 names the register without which a signal is left out")
def signal_registers():
    lines = "".join(f"2026-05-01 10:{m:02}:00,u{m % 4},U,r,k,{m},c,s,a,found\n"
                    for m in range(40))
    Path("log").write_text("timestamp,user,unit,role,kind,subject,case,source,"
                           "area,outcome\n" + lines)
    report = quis("show", "u1", "--format", "json", "log")
    assert report.status == 0, report.stderr
    lacks = {row["signal"]: re.findall(r"is given \(-(-[\w-]+)\)",
                                       row["phrase"])
             for row in json.loads(report.stdout)["signals"]}
    assert sum(map(len, lacks.values())) > 5, lacks
    for name, text in signals_of_page().items():
        found = re.findall(r"^\.Fl (\S+)", needs_of(text), re.M)
        assert found == lacks[name], (name, found, lacks[name])


# A constant of the source, how many of it make the page's unit, and the words
# of the page around it.
CONSTANTS = (
    ("turn/company.h", "COLLEAGUE_DAYS = (.*?) }", 1, "within {} days"),
    ("turn/subject.h", "REVISIT_MIN = (.*?) }", 1, "on {} or more days"),
    ("turn/timeline.h", "CHAIN_MS = (.*?),", 1000, "less than {} seconds"),
    ("turn/timeline.h", "PACED_CHAIN = (.*?),", 1, "{} or more askings"),
    ("turn/timeline.h", "BEAT_GAPS = (.*?),", 1, "{} gaps in a row"),
    ("turn/timeline.h", "BEAT_SLACK_MS = (.*?),", 1000, "within {} second,"),
    ("turn/timeline.h", "SEQUENCE_STEP = (.*?),", 1, "1 or {} away"),
    ("turn/timeline.h", "SEQUENCE_BACK = (.*?),", 1, "the {} askings before"),
    ("turn/timeline.h", "SEQUENCE_RUN = (.*?),", 1, "{} or more askings, each"),
    ("turn/timeline.h", "DOSSIER_MS = (.*?),", 60000, "within {} minutes"),
    ("turn/timeline.h", "DOSSIER_KINDS = (.*?),", 1, "{} or more kinds"),
    ("turn/timeline.h", "DOSSIER_BACK = (.*?),", 1, "at most {} lookups"),
    ("turn/timeline.h", "HOP_MS = (.*?),", 60000, "within {} minutes"),
    ("signal/explain.c", "CASE_SHARED_MIN = (.*?) }", 1, "at least {} askings"),
    ("signal/explain.c", "DUTY_REST (.*)", .01, "{} % on average"),
    ("signal/explain.c", "DUTY_USERS = (.*?),", 1, "at least {} users"),
    ("signal/explain.c", "DUTY_ASKINGS = (.*?) }", 1, "have {} such askings"),
    ("signal/peers.c", "INFORMATIVE_MIN = (.*?),", 1, "fewer than {} users"),
    ("signal/expect.c", "COUNT_MOST (.*)", 1, "more than {} times what"),
    ("signal/guard.c", "BEYOND (.*)", 1, "more than {} times the next"),
    ("signal/growth.c", "WEEKS_MIN = (.*?),", 1, "logs of {} weeks"),
    ("signal/growth.c", "LOOKUPS_MIN = (.*?) }", 1, "with {} lookups"),
    ("signal/growth.c", "GROWTH_DRAWN (.*)", 1, "as {} users count"),
    ("signal/rarity.h", "REACH_MASS (.*)", .01, "at most {} %"),
    ("signal/rarity.h", "REACH_DRAWN (.*)", 1, "as {} users count"),
    ("signal/case-lists.h", "WASHING_MIN = (.*?) }", 1, "{} askings or more"),
    ("signal/foreign.c", "PARTNER_USERS = (.*?),", 1, "at least {} others"),
    ("signal/foreign.c", "PARTNER_SUBJECTS = (.*?) }", 1, "have {} or more"),
    ("signal/fixation.c", "FIXATION_FEW = (.*?) }", 1, "than {} other users"),
    ("signal/rarity.h", "STRANGE_SHARE (.*)", .01, "less than {} %"),
    ("rank/calibrate.h", "CALIBRATE_USERS = (.*?),", 1, "Below {} users"),
    ("rank/calibrate.h", "CALIBRATE_IN_RANGE = (.*?),", 1, "fewer than {} p-"),
    ("rank/ranking.c", "ROLE_PEERS = (.*?) }", 1, "fewer than {} others"),
    ("rank/ranking.c", "UNITS_MIN = (.*?) }", 1, "fewer than {} units"),
    ("rank/ranking.c", "LOOKUPS_MIN = (.*?) }", 1, "fewer than {} lookups"),
    ("rank/mixture.h", "MIXTURE_ITEMS_MIN = (.*?) }", 1, "fewer than {} of"),
    ("turn/office.h", "OFFICE_SLACK_DAYS = (.*?) }", 1, "from {} days before"),
    ("turn/office.h", "OFFICE_SLACK_DAYS = (.*?) }", 1, "{} days of grace"),
    ("turn/office.c", "CASES_LOOKED_AT = (.*?) }", 1, "than {} cases"),
    ("signal/watched.c", "HONEYTOKEN_USERS = (.*?) }", 1,
     "more than {} users looked"),
    ("signal/watched.c", "is worth, ln 1e-(.*?):", 1, "a p of 1e-{} in"),
)
WORDS = {2: "two", 3: "three", 4: "four", 10: "ten"}


@case("the constants in quis-signals.7 are those of the source")
def signal_constants():
    page = " ".join(re.sub(r"^\.(Sy|Em) ", "", unroff(SIGNALS.read_text()),
                           flags=re.M).split())
    wrong = []
    for file, pattern, unit, words in CONSTANTS:
        text = (ROOT / "src" / file).read_text()
        value = re.search(r"\b" + pattern, text)
        number = value and re.fullmatch(r"[\d.* ]+", value[1]) and eval(value[1])
        number = number and f"{number / unit:.6g}"
        said = [number, WORDS.get(float(number))] if number else []
        if not any(words.format(n) in page for n in said if n):
            wrong.append((file, pattern, number, words))
    assert not wrong, wrong


@case("the weights in quis-signals.7 are those of the source")
def signal_weights():
    """Of all families, and of the signals that do not weigh 1."""
    text = (ROOT / "src" / "rank" / "family.c").read_text()
    named = dict(re.findall(r"^#define (\w+) ([\d.]+)$", text, re.M))
    source = []
    for members, weights in re.findall(
            r"\{ \d+,\s*\{([^{}]*)\},\s*\{([^{}]*)\} \}", text):
        name = re.sub(r"\s+", " ", members).replace("SIGNAL_", "").lower()
        name = name.replace("_", "-").strip()
        weights = [named.get(w.strip(), w.strip()) for w in weights.split(",")]
        if "," in name or weights != ["1", "1"]:
            source.append((name, *weights))
    page = re.findall(r"^\.It (\w.*) Ta (\d\S*) Ta (\d\S*)$",
                      SIGNALS.read_text(), re.M)
    assert len(page) > 3 and page == source, source


@case("quis-profile.5 has an item for each line of a profile")
def profile_lines():
    Path("wrong.profile").write_text("no-such-line = 1\n")
    wrong = quis("check", "--profile", "wrong.profile", "-")
    assert wrong.status == 2, wrong.stderr
    told = re.search(r"it may say (.*)", wrong.stderr.decode())[1].split(", ")
    items = re.findall(r"^\.It Ic (\S+)", PROFILE.read_text(), re.M)
    assert sorted(items) == told, (sorted(items), told)


@case("quis-profile.5 has an item for each profile that comes with quis")
def profile_items():
    told = quis("check", "--profile", "list").stdout.decode().splitlines()
    items = re.findall(r"^\.It Sy (\S+)", PROFILE.read_text(), re.M)
    assert sorted(items) == [line.split()[0] for line in told], told


@case("the profile shown in quis-profile.5 is one")
def profile_shown():
    shown = re.search(r"^\.Bd.*\n(.*?)^\.Ed", unroff(PROFILE.read_text()),
                      re.M | re.S)
    Path("shown.profile").write_text(shown[1])
    done = quis("check", "--profile", "shown.profile", "no such log")
    assert done.status == 2 and b"no such log" in done.stderr, done.stderr


@case("quis(1) and the other pages name each other")
def page_reference():
    for file, other in ((MANUAL, "quis-signals 7"), (SIGNALS, "quis 1"),
                        (MANUAL, "quis-profile 5"), (PROFILE, "quis 1")):
        after = file.read_text().split("\n.Sh SEE ALSO\n")[1]
        assert f".Xr {other}" in after.split("\n.Sh ")[0], file


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
add_examples("man/quis-profile.5", lambda: examples_of_manual(PROFILE))
add_examples("README.md", examples_of_readme)
main()
