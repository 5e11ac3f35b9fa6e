#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile text in every field: accounts stay distinct, no output is fooled."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import (HEADER, case, check_one, counts, log, main, quis, rows_of,
                     same, write)

FAULTS = {15, 16}

# Each is an account of its own, however alike they look.
HOSTILE = [
    b"asha", b"Asha", b"ash\0a", b"asha\0", b"\0asha", b"asha\x01",
    b"asha\xff", b"asha\xfe", b"\x80asha", b"ash\xc3", b"\xc0\xaf", b"\xe0\x80\xaf",
    b"\xed\xa0\x80", b"\xed\xb3\xbf", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80",
    b"\x1b[2J\x1b[31masha", b"\x1b]0;owned\x07", b"\x1b]8;;http://x\x1b\\asha",
    b"\x9b31masha", b"\xc2\x9b31masha", b"\xc2\x85asha", b"asha\x7f", b"asha\x08",
    "\u202easha".encode(), "asha\u202c".encode(), "\u2066asha".encode(),
    "as\u200bha".encode(), "as\u200dha".encode(), "\ufeffasha".encode(),
    "as\u00adha".encode(), "\u0430sha".encode(), "asha\U000e0041".encode(),
    "\u2028asha".encode(), "আশা".encode(), "e\u0301".encode(), "\u00e9".encode(),
    b"</script><img src=x onerror=alert(1)>", b"<!--", b"&amp;", b"\\u0061sha",
    b"\\x1b[31m", b"\\\\x1b", b"%s%n%s%n", b"$(id)", b"`id`", b"../../etc/passwd",
    b"a" * 300, b"b" * 32, "\u0995".encode() * 50,
]
FORMULAS = [
    b"=cmd|' /C calc'!A0", b"=1+1", b"+1", b"-1", b"--", b"@SUM(A1)", b"-asha",
    b"'=1+1", b"''=1", b"'asha", b"'", b"''", b"=", b"+", b"@", b"\t=1", b"\r=1",
    b" =1", b"\tasha", b"\rasha", b"\r\nasha", b"a=1", b"'\t1", b"'\r",
]
QUOTED = [b'a"b', b'"', b'""', b"a,b", b",", b"a\nb", b"a\r\nb", b"  asha  ",
          b"a\rb", b'";"', b"a;b|c\td"]


def quoted(text):
    return b'"' + text.replace(b'"', b'""') + b'"'


def record(n, fields):
    """A lookup in which each field but time and subject is hostile."""
    return b"2026-05-01T00:00:%02dZ,%s,%s,%s,%s,%d,%s\n" % (
        (n % 60,) + fields[:4] + (n,) + fields[4:])


def hostile_log(names, plain=False):
    form = (lambda text: text) if plain else quoted
    return HEADER + b"".join(
        record(n, (form(name), form(b"u" + name), form(b"r" + name),
                   form(b"k" + name), form(b"c" + name)))
        for n, name in enumerate(names))


def in_bytes(text):
    return text.encode("utf-8", "surrogateescape")


def from_json(text):
    """A string as JSON has it, back in bytes."""
    return text.encode("utf-8", "surrogateescape")


def unguarded(cell):
    """What stood in the cell before it was guarded against spreadsheets."""
    return cell[1:] if re.match(rb"'+[=+\-@\t\r]", cell) else cell


def terminal_safe(data):
    """No control but the newline, no C1, nothing that turns text round."""
    text = data.decode("utf-8")
    found = re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f"
                      "\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]", text)
    assert not found, f"{found[0]!a} in {text[max(0, found.start() - 40):][:99]!a}"


def reports(name):
    made = {}
    for form in ("csv", "json", "table"):
        result = quis("rank", "--format", form, "--top", "1000", name)
        same((result.status, result.stderr), (0, b""), form)
        made[form] = result.stdout
    return made


def all_kept(names, plain=False):
    """Every name an account of its own, in every format, as it was."""
    write("log.csv", hostile_log(names, plain))
    same(counts(check_one("log.csv")), ("intact", len(names), 0, 1))
    made = reports("log.csv")
    rows = rows_of(made["csv"])
    for column, mark in (("user", b""), ("unit", b"u"), ("role", b"r")):
        got = {unguarded(in_bytes(row[column])) for row in rows}
        same(sorted(got), sorted({mark + name for name in names}), column)
    same(len(rows), len(names), "rows")
    found = json.loads(made["json"])["rows"]
    same(sorted(from_json(row["user"]) for row in found), sorted(names), "JSON")
    made["json"].decode("ascii" if plain is None else "utf-8")
    terminal_safe(made["table"])
    return made, rows


@case("hostile accounts stay distinct in every format")
def hostile_quoted():
    all_kept(HOSTILE)


@case("hostile accounts without quotes around them as well")
def hostile_plain():
    all_kept(HOSTILE, plain=True)


@case("quotes, commas and newlines within fields come out as they went in")
def quoted_fields():
    all_kept(QUOTED + [b"asha"])


@case("the table shows distinct accounts distinctly")
def table_distinct():
    names = [name for name in HOSTILE if len(name) < 30]
    write("log.csv", hostile_log(names))
    table = reports("log.csv")["table"].decode()
    shown = [re.split(r"  +", line.strip())[1] for line in table.splitlines()
             if re.match(r" *\d+  ", line)]
    same(len(set(shown)), len(names), "names shown")


@case("JSON holds no raw control, no markup that could end a script")
def json_inert():
    write("log.csv", hostile_log(HOSTILE + QUOTED + FORMULAS))
    text = reports("log.csv")["json"]
    terminal_safe(text)
    assert b"</script" not in text and b"<!--" not in text


@case("cells that a spreadsheet would run are guarded, and only those")
def formulas():
    names = FORMULAS + [b"asha"]
    made, rows = all_kept(names)
    for row in rows:
        for name in ("user", "unit", "role", "reason"):
            assert row[name][:1] not in tuple("=+-@\t\r"), row[name]
    same({in_bytes(row["user"]) for row in rows} & {b"asha", b"'asha", b"'", b"a=1"},
         {b"asha", b"'asha", b"'", b"a=1"}, "unguarded")
    raw = rows_of(quis("rank", "--format", "csv", "--csv-raw", "log.csv").stdout)
    same(sorted(in_bytes(row["user"]) for row in raw), sorted(names), "raw")
    for row in rows:
        for name in ("rank", "lookups", "subjects", "active_days"):
            assert row[name].isdigit(), f"{name} {row[name]!r}"


@case("units by hostile names")
def units():
    names = HOSTILE + FORMULAS
    write("log.csv", hostile_log(names))
    result = quis("rank", "--by", "unit", "--format", "csv", "log.csv")
    got = sorted(unguarded(in_bytes(row["unit"])) for row in rows_of(result.stdout))
    same(got, sorted(b"u" + name for name in names))
    terminal_safe(quis("rank", "--by", "unit", "--top", "999", "log.csv").stdout)


@case("hostile headers, and hostile lines that are told")
def headers():
    for hostile in HOSTILE:
        text = HEADER[:-1] + b"," + quoted(hostile) + b"\n2026-05-01T00:00:00Z,a,b,c,d,1,,x\n"
        if hostile.count(b"\0"):
            continue
        write("log.csv", text + b"bad" + hostile + b"\n")
        for args in (["check", "-v"], ["rank"], ["rank", "--map", "user=nobody"]):
            result = quis(*args, "log.csv")
            terminal_safe(result.stderr)
            terminal_safe(result.stdout)
        write("log.csv", b"alpha," + quoted(hostile) + b"\n1,2\n")
        result = quis("check", "log.csv")
        same(result.status, 2, repr(hostile))
        terminal_safe(result.stderr)


@case("bytes at random are a log or not, but never a crash")
def random_bytes():
    import random
    dice = random.Random(7)
    for _ in range(60):
        data = bytearray(log(30))
        for _ in range(dice.randrange(1, 40)):
            at = dice.randrange(len(HEADER), len(data))
            data[at] = dice.choice(b'\0\n\r",;\t\xff\x1b' + bytes(range(256)))
        write("log.csv", data)
        check_one("log.csv")
        made = quis("rank", "--format", "json", "log.csv")
        json.loads(made.stdout)
        terminal_safe(made.stdout)


main()
