#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Gzip cut, flipped, joined, padded: what could be read is kept, what could
not is told."""
import gzip
import os
import struct
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import (HEADER, SMALL, as_if_alone, case, check, check_one, counts,
                     inflated, log, lookup, main, quis, same, write)

FAULTS = {1, 2, 3, 4, 5, 6, 7, 8, 9}

CHUNK = 256 << 10  # what the program reads at once


def packed(text, level=9):
    return gzip.compress(text, level, mtime=0)


def commented(text, length):
    """A member of exactly `length` bytes, filled up by its comment."""
    body = packed(text)[10:]
    fill = length - 10 - len(body) - 1
    return b"\x1f\x8b\x08\x10\0\0\0\0\0\x03" + b"c" * fill + b"\0" + body


def expected(text, end):
    """Counts for a text as far as it goes, its header being whole."""
    lines = text.count(b"\n")
    cut = 1 if end != "intact" and text and not text.endswith(b"\n") else 0
    return end, lines - 1, cut, 1


TEXT = log(24)
WHOLE = packed(TEXT)
HEAD_WHOLE = next(n for n in range(len(WHOLE))
                  if inflated(WHOLE[:n])[0].startswith(HEADER))


@case("cut at every byte: every whole line is kept, state truncated, exit 3")
def cut_everywhere():
    for n in range(HEAD_WHOLE, len(WHOLE), 7 if SMALL else 1):
        text, end = inflated(WHOLE[:n])
        row = check_one(write("log.gz", WHOLE[:n]))
        same(counts(row), expected(text, end), f"cut at {n}")
        same((row["bytes"], row["compression"]), (n, "gzip"), f"cut at {n}")
    same(counts(check_one(write("log.gz", WHOLE))), ("intact", 24, 0, 1))


@case("cut before the header of the log is whole: truncated, exit 3")
def cut_early():
    for n in range(1, HEAD_WHOLE, 7 if SMALL else 1):
        text, _ = inflated(WHOLE[:n])
        row = check_one(write("log.gz", WHOLE[:n]))
        same((row["state"], row["accepted"]), ("truncated", 0), f"cut at {n}")
        same(row["lines"], 1 if text else 0, f"lines of {text!r}, cut at {n}")


@case("cut at every byte, all in one directory beside an intact log")
def cut_beside():
    os.mkdir("logs")
    step = 5 if SMALL else 1
    for n in range(HEAD_WHOLE, len(WHOLE), step):
        write(f"logs/{n:05}.gz", WHOLE[:n])
    write("logs/a.csv", log(3, 1000))
    rows = check("logs")
    as_if_alone(rows)
    for row in rows[:-1]:
        n = int(row["file"][5:10])
        same(counts(row), expected(*inflated(WHOLE[:n])), f"cut at {n}")
    same(counts(rows[-1]), ("intact", 3, 0, 1))


@case("cut on standard input as in a file")
def cut_stdin():
    for n in range(HEAD_WHOLE, len(WHOLE), 29 if SMALL else 5):
        row = check_one("-", feed=[WHOLE[:n]])
        same(counts(row), expected(*inflated(WHOLE[:n])), f"cut at {n}")


@case("rank reports on a truncated log, says so, and exits 3")
def cut_rank():
    write("log.gz", WHOLE[:-20])
    result = quis("rank", "--format", "json", "log.gz")
    same(result.status, 3)
    assert b"truncated" in result.stderr, result.stderr
    assert b"damaged" in result.stdout and b'"truncated"' in result.stdout
    same(quis("rank", "--exit-flagged", "log.gz").status, 3)


@case("a flipped CRC: all data kept, state corrupt, exit 3")
def crc():
    for bit in range(32):
        data = bytearray(WHOLE)
        data[-8 + bit // 8] ^= 1 << bit % 8
        row = check_one(write("log.gz", data))
        same(counts(row), ("corrupt", 24, 0, 1), f"bit {bit}")
        assert "crc" in row["note"].lower() and "byte" in row["note"], row


@case("a flipped length: all data kept, state corrupt, exit 3")
def isize():
    for bit in range(32):
        data = bytearray(WHOLE)
        data[-4 + bit // 8] ^= 1 << bit % 8
        row = check_one(write("log.gz", data))
        same(counts(row), ("corrupt", 24, 0, 1), f"bit {bit}")
        assert "length" in row["note"] and "byte" in row["note"], row


def agreeing_lines(text):
    """Lines at the front that are those of the original."""
    n = 0
    for got, want in zip(text.splitlines(True), TEXT.splitlines(True)):
        if got != want:
            break
        n += 1
    return n


@case("a bit flipped anywhere in the stream: the prefix kept, offset named")
def flips():
    for n in range(10, len(WHOLE) - 8, 9 if SMALL else 1):
        data = bytearray(WHOLE)
        data[n] ^= 1 << n % 8
        data = bytes(data)
        text, end = inflated(data)
        write("log.gz", data)
        if not text.startswith(HEADER):
            status = quis("check", "log.gz").status
            assert status in (2, 3), f"flip at {n}: status {status}"
            continue
        row = check_one("log.gz")
        assert row["state"] in ("corrupt", "truncated"), f"flip at {n}: {row}"
        assert "at byte" in row["note"], f"flip at {n}: {row}"
        assert row["accepted"] >= agreeing_lines(text) - 1, f"flip at {n}: {row}"
        if b'"' not in text and b"\r" not in text:
            cut = text[-1:] != b"\n"
            same(row["lines"], text.count(b"\n") + cut, f"flip at {n}")


@case("a bit flipped in the header of the stream: as zlib takes it")
def header_flips():
    for bit in range(3 * 8, 10 * 8):
        data = bytearray(WHOLE)
        data[bit // 8] ^= 1 << bit % 8
        text, end = inflated(bytes(data))
        row = check_one(write("log.gz", data))
        if text.startswith(HEADER):
            same(counts(row), expected(text, end), f"bit {bit}")
        else:
            same(row["accepted"], 0, f"bit {bit}")
            assert row["state"] in ("corrupt", "truncated"), f"bit {bit}: {row}"


@case("a stream cut out in the middle of many lines: the prefix is long")
def flip_late():
    text = log(20000)
    data = bytearray(packed(text, 6))
    at = len(data) * 3 // 4
    data[at:at + 16] = os.urandom(16)
    row = check_one(write("log.gz", data))
    assert row["state"] == "corrupt", row
    assert row["accepted"] > 10000, row


@case("two members, split at every byte of the text, are one log")
def two_members():
    text = log(3)
    for n in range(0, len(text) + 1, 11 if SMALL else 2):
        data = packed(text[:n]) + packed(text[n:])
        row = check_one(write("log.gz", data))
        same(counts(row), ("intact", 3, 0, 1), f"split at {n}")


@case("10,000 members are one log")
def many_members():
    n = 1000 if SMALL else 10000
    text = log(n)
    lines = text.splitlines(True)
    write("log.gz", b"".join(packed(line, 1) for line in lines))
    write("log.csv", text)
    same(counts(check_one("log.gz")), ("intact", n, 0, 1))
    same(quis("rank", "--format", "csv", "log.gz").stdout,
         quis("rank", "--format", "csv", "log.csv").stdout)


@case("members that meet at each edge of the buffer are one log")
def member_edges():
    os.mkdir("logs")
    edges = range(-20, 21, 4 if SMALL else 1)
    for delta in edges:
        write(f"logs/{delta + 100}.gz",
              commented(log(5, 100 * delta + 5000), CHUNK + delta) +
              packed(b"".join(lookup(100 * delta + i) for i in range(5010, 5014))))
    rows = check("logs")
    same([counts(row) for row in rows], [("intact", 9, 0, 1)] * len(edges))


@case("text that meets the edges of the buffer is whole")
def text_edges():
    os.mkdir("logs")
    for delta in range(-3, 4):
        # a remark first, so that a line ends `delta` from the edge
        text = b"#" + b"x" * 199 + b"\n"
        fill = (CHUNK + delta - len(HEADER) - len(lookup(0))) % len(lookup(0))
        text = HEADER + lookup(delta + 9) + b"#" * (fill + len(lookup(0)) - 1) + b"\n"
        text += b"".join(lookup(i) for i in range(5000))
        write(f"logs/{delta + 9}.gz", packed(text, 1))
        write(f"logs/{delta + 9}.csv", text + lookup(delta + 90))
    for row in check("logs"):
        want = 5002 if row["file"].endswith("csv") else 5001
        same(counts(row), ("intact", want, 0, 2), row["file"])


@case("the second of two members cut: the first is whole, exit 3")
def second_cut():
    first, second = packed(log(5)), packed(b"".join(lookup(i) for i in range(5, 9)))
    for n in range(1, len(second)):
        data = first + second[:n]
        row = check_one(write("log.gz", data))
        text, end = inflated(data)
        same(counts(row), expected(text, end), f"cut at {n}")
        assert row["state"] == "truncated" and row["accepted"] >= 5, row


@case("the first of two members damaged: what follows is not used, and told")
def first_damaged():
    first, second = packed(log(5)), packed(b"".join(lookup(i) for i in range(5, 9)))
    data = bytearray(first)
    data[-6] ^= 4
    row = check_one(write("log.gz", bytes(data) + second))
    same((row["state"], row["accepted"]), ("corrupt", 5))
    assert "not used" in row["note"], row


@case("garbage behind the last member: named, exit 3, all data kept")
def garbage():
    for tail in (b"x", b"\x1f", b"\x1f\x8b\x07", b"garbage" * 999,
                 b"\0\0\0x", TEXT, b"PK\3\4"):
        row = check_one(write("log.gz", WHOLE + tail))
        same((row["accepted"], row["skipped"]), (24, 1), repr(tail[:8]))
        assert row["state"] in ("corrupt", "truncated"), row
        assert "byte" in row["note"], row


@case("zeros behind the last member are padding, and fine")
def zeros():
    for n in (1, 3, 7, 511, 10240, CHUNK - len(WHOLE), CHUNK, CHUNK + 1):
        row = check_one(write("log.gz", WHOLE + b"\0" * n))
        same(counts(row), ("intact", 24, 0, 1), f"{n} zeros")


@case("a gzip header and nothing else: truncated, exit 3")
def header_only():
    for n in (1, 2, 3, 9, 10):
        row = check_one(write("log.gz", WHOLE[:n]))
        same(counts(row), ("truncated", 0, 0, 0), f"{n} bytes")


@case("an empty file among others: intact, no lines, exit 0")
def empty_among():
    write("empty.gz", b"")
    write("nothing.gz", packed(b""))
    write("log.gz", WHOLE)
    rows = check("log.gz", "empty.gz", "nothing.gz")
    same([counts(row) for row in rows],
         [("intact", 0, 0, 0), ("intact", 24, 0, 1), ("intact", 0, 0, 0)])


@case("nothing but empty files, or a header: no lookup found, exit 3")
def no_lookup():
    write("empty", b"")
    write("header.gz", packed(HEADER))
    for names in (["empty"], ["header.gz"], ["empty", "header.gz"]):
        for row in check(*names):
            same((row["state"], row["accepted"]), ("intact", 0))
        same(quis("rank", *names).status, 3)


@case("compression is found by magic, not by name")
def magic():
    row = check_one(write("plain.gz", TEXT))
    same(counts(row) + (row["compression"],), ("intact", 24, 0, 1, "none"))
    assert ".gz" in row["note"], row
    row = check_one(write("packed.csv", WHOLE))
    same(counts(row) + (row["compression"],), ("intact", 24, 0, 1, "gzip"))


@case("every field a gzip header may have")
def header_fields():
    body = WHOLE[10:]
    for flags in range(32):
        head = b"\x1f\x8b\x08" + bytes([flags]) + b"\1\2\3\4\2\3"
        if flags & 4:
            head += struct.pack("<H", 5) + b"ab\1\0c"
        if flags & 8:
            head += b"name\0"
        if flags & 16:
            head += b"comment\0"
        if flags & 2:
            head += struct.pack("<H", zlib.crc32(head) & 0xffff)
        row = check_one(write("log.gz", head + body))
        same(counts(row), ("intact", 24, 0, 1), f"flags {flags}")


@case("a file that inflates beyond --max-ratio is stopped, and told")
def ratio():
    text = HEADER + lookup(1) * 400000
    write("log.gz", packed(text, 9))
    row = check_one("--max-ratio", "50", "log.gz")
    same(row["state"], "corrupt")
    assert "ratio" in row["note"] and 0 < row["accepted"] < 400000, row
    same(counts(check_one("--max-ratio", "0", "log.gz")), ("intact", 400000, 0, 1))


main()
