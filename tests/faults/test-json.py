#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""JSON that parsers disagree about: a line is rejected and counted, or its
text is kept exactly; the lines around it are read in either case."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import (MEMORY_MOST, SMALL, case, check_one, main, quis, rows_of,
                     same, write)

FAULTS = {14}

GOOD = b'{"time":"2026-05-01T00:00:%02dZ","user":"asha","subject":%s}\n'
ODD = b'{"time":"2026-05-01T00:00:30Z","user":"asha","subject":%s}\n'


def lines(*odd):
    return write("log.jsonl", b"".join(GOOD % (i, b'"1000%d"' % i) for i in range(8)) +
                 b"".join(odd) + b"".join(
                     GOOD % (i, b'"1000%d"' % i) for i in range(8, 16)))


def subjects():
    result = quis("cat", "--format", "csv", "--csv-raw", "log.jsonl")
    return [row["subject"].encode("utf-8", "surrogateescape")
            for row in rows_of(result.stdout)]


@case("numbers of any length are kept as text, in every digit")
def numbers():
    exact = [b"1234567890123456789012345", b"9" * 100, b"1e999", b"-0", b"1.50",
             b"18446744073709551616", b"1E+400", b"0.1000000000000000055511151231"]
    for number in exact:
        lines(ODD % number)
        row = check_one("log.jsonl")
        same((row["accepted"], row["rejected"]), (17, 0), number)
        assert number in subjects(), (number, subjects())


@case("what is no JSON, or says a thing twice, is one rejected line")
def rejected():
    for odd in (b'"a","subject":"b"', b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\x41"',
                b'"a\tb"', b"01", b"+1", b".5", b"1.", b"NaN", b"Infinity",
                b"'a'", b"[1,]", b'"a"} x', b'"a"}}', b'"a', b'{"a":}',
                b'"\xff\xfe', b"tru", b'"a",'):
        lines(ODD % odd)
        row = check_one("log.jsonl")
        same((row["lines"], row["accepted"], row["rejected"]), (17, 16, 1), odd)
        same(row["skipped"], 0)


@case("a NUL by its escape stays in the name: accounts stay distinct")
def nul():
    lines(ODD % b'"1000\\u0000"', ODD % b'"1000"')
    row = check_one("log.jsonl")
    same(row["accepted"] + row["rejected"], 18)
    got = subjects()
    same(len(set(got)), len(got), got)


@case("escapes and surrogate pairs are the text they stand for")
def escapes():
    lines(ODD % b'"\\u0041\\ud83d\\ude00\\/"')
    same(check_one("log.jsonl")["accepted"], 17)
    assert "A\U0001f600/".encode() in subjects(), subjects()


@case("a hundred thousand levels: one rejected line, in little memory")
def deep():
    for left, right in ((b"[", b"]"), (b'{"a":', b"}")):
        for end in (b"1" + right * 100000, b""):
            lines(ODD % (left * 100000 + end))
            row = check_one("log.jsonl")
            same((row["accepted"], row["rejected"]), (16, 1))
            if not SMALL:
                result = quis("check", "log.jsonl")
                assert result.memory < MEMORY_MOST, result.memory


main()
