#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lines and records without end: rejected, the others kept, in little memory."""
import os
import struct
import sys
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import (HEADER, MEMORY_MOST, SMALL, case, check_one, counts, log,
                     lookup, main, quis, rows_of, same, write)

FAULTS = {10, 11, 12, 24}

LONG = (30 if SMALL else 300) << 20
PIECE = 1 << 20


def modest(result):
    """Bounded memory; sanitizers need more than any bound."""
    if not SMALL:
        assert result.memory < MEMORY_MOST, f"{result.memory >> 20} MiB resident"
    return result


def endless(n, byte=b"a"):
    for _ in range(n // PIECE):
        yield byte * PIECE


def write_packed(name, parts):
    """Gzip of (text, times): each text is compressed once."""
    crc = size = 0
    with open(name, "wb") as file:
        file.write(b"\x1f\x8b\x08\0\0\0\0\0\0\x03")
        for text, times in parts:
            engine = zlib.compressobj(6, zlib.DEFLATED, -15)
            data = engine.compress(text) + engine.flush(zlib.Z_FULL_FLUSH)
            for _ in range(times):
                file.write(data)
                crc = zlib.crc32(text, crc)
            size += len(text) * times
        file.write(b"\x03\0" + struct.pack("<II", crc, size & 0xffffffff))
    return name


def ragged():
    """A mebibyte without newline that deflates some fiftyfold."""
    return b"".join(os.urandom(4).hex().encode() + b"a" * 504
                    for _ in range(PIECE // 512))


def read_modestly(*args, feed=None):
    result = modest(quis("check", "--format", "csv", *args, feed=feed))
    row = rows_of(result.stdout)[0]
    return result, tuple(int(row[k]) for k in
                         ("lines", "accepted", "rejected", "skipped")), row


@case("300 MB without newline between records, gzip: one rejected")
def long_gzip():
    write_packed("log.gz", [(log(10), 1), (ragged(), LONG // PIECE),
                            (b"\n", 1), (lookup(11) + lookup(12), 1)])
    result, numbers, row = read_modestly("log.gz")
    same(numbers, (14, 12, 1, 1))
    same((result.status, row["state"]), (3, "intact"))
    assert "too long" in row["note"] and "line 12" in row["note"], row


@case("300 MB without newline on standard input: one rejected")
def long_stdin():
    def feed():
        yield log(10)
        yield from endless(LONG)
        yield b"\n" + lookup(11)
    result, numbers, _ = read_modestly("-", feed=feed())
    same(numbers, (13, 11, 1, 1))
    same(result.status, 3)


@case("300 MB without newline at the end: one rejected")
def long_end():
    write_packed("log.gz", [(log(10), 1), (ragged(), LONG // PIECE)])
    result, numbers, _ = read_modestly("log.gz")
    same((result.status, numbers), (3, (12, 10, 1, 1)))


@case("nothing but 300 MB without newline: told as no log")
def long_alone():
    write_packed("log.gz", [(ragged(), LONG // PIECE)])
    result = modest(quis("check", "log.gz"))
    same((result.status, result.stdout), (2, b""))
    result = modest(quis("check", "-", feed=endless(LONG, b"\0")))
    same((result.status, result.stdout), (2, b""))


@case("a long line within quotes")
def long_quoted():
    write_packed("log.gz", [
        (log(10) + b'2026-05-01T00:00:00Z,"', 1), (ragged(), LONG // PIECE),
        (b'",\n', 1), (lookup(11), 1)])
    result, numbers, _ = read_modestly("log.gz")
    same((result.status, numbers), (3, (13, 11, 1, 1)))


@case("a thousandfold bomb: stopped by the ratio, told, exit 3")
def bomb():
    write_packed("bomb.gz", [(log(10), 1), (b"\n" * PIECE, LONG // PIECE)])
    result, numbers, row = read_modestly("--max-ratio", "300", "bomb.gz")
    same((result.status, row["state"], numbers[1]), (3, "corrupt", 10))
    assert "ratio" in row["note"], row


@case("empty lines by the million are skipped, each of them")
def blank_lines():
    n = LONG // 8 // PIECE * PIECE
    write_packed("log.gz", [(log(10), 1), (b"\n" * PIECE, n // PIECE)])
    result, numbers, _ = read_modestly("--max-ratio", "0", "log.gz")
    same((result.status, numbers), (0, (11 + n, 10, 0, 1 + n)))


@case("--max-line: a line of just that length is kept, one byte more is not")
def max_line():
    for length in (256, 4096, 65536, 262144, 300000):
        head = b"2026-05-01T00:00:00Z,asha,North,constable,identity,"
        for end in (b"\n", b"\r\n"):
            at = head + b"9" * (length - len(head) - 4) + b",N-1" + end
            over = head + b"9" * (length - len(head) - 3) + b",N-1" + end
            write("log.csv", HEADER + at + over + at + over + lookup(1))
            row = check_one("--max-line", str(length), "log.csv")
            same(counts(row), ("intact", 3, 2, 1), f"{length} {end!r}")


@case("an open quote on line 2 of a million: that record is lost, no other")
def open_quote():
    n = 100000 if SMALL else 1000000
    block = b"".join(lookup(i) for i in range(10000))
    for bad in (b'"2026-05-01T00:00:00Z,asha,North,constable,identity,1,N-1\n',
                b'2026-05-01T00:00:00Z,"asha,North,constable,identity,1,N-1\n',
                b'2026-05-01T00:00:00Z,asha,North,constable,identity,1,"N-1\n'):
        write_packed("log.gz", [(HEADER + bad, 1), (block, n // 10000)])
        row = check_one("log.gz")
        same(counts(row), ("intact", n, 1, 1), bad[:30])
        assert "line 2" in row["note"], row


@case("an open quote on every line ends in reasonable time")
def open_quotes():
    n = 2000 if SMALL else 50000
    bad = b'2026-05-01T00:00:00Z,"asha,North,constable,identity,1,N-1\n'
    write_packed("log.gz", [(log(3), 1), (bad * 1000, n // 1000)])
    began = time.monotonic()
    row = check_one("log.gz")
    same((row["accepted"], row["lines"]), (3, n + 4))
    assert time.monotonic() - began < (60 if SMALL else 10)


@case("an open quote before a few lines, at the end of an intact file")
def open_quote_end():
    bad = b'2026-05-01T00:00:00Z,"asha,North,constable,identity,1,N-1\n'
    for after in range(4):
        for last in (b"\n", b""):
            tail = b"".join(lookup(i) for i in range(after))
            data = (log(3, 100) + bad + tail).removesuffix(b"\n") + last
            row = check_one(write("log.csv", data))
            same(counts(row), ("intact", 3 + after, 1, 1), f"{after} {last!r}")


@case("a record across lines that stays open is resumed behind its first line")
def open_then_good():
    good = b'2026-05-01T00:00:00Z,asha,North,"con\nstable",identity,7,N-1\n'
    bad = b'2026-05-01T00:00:00Z,"asha,North,constable,identity,1,N-1\n'
    row = check_one(write("log.csv", log(3) + good * 5))
    same(counts(row), ("intact", 8, 0, 1))
    row = check_one(write("log.csv", log(3) + bad + b"".join(
        lookup(i) for i in range(20)) + good))
    same(counts(row), ("intact", 24, 1, 1))


@case("more columns than anybody has, and as many as are allowed")
def columns():
    for n in (900, 1024):
        more = b"," + b",".join(b"x%d" % i for i in range(n - 7))
        text = HEADER[:-1] + more + b"\n"
        text += b"".join(lookup(i)[:-1] + more + b"\n" for i in range(5))
        same(counts(check_one(write("log.csv", text))), ("intact", 5, 0, 1))
    write("log.csv", log(5) + lookup(6)[:-1] + b"," * 100000 + b"\n" + lookup(7))
    same(counts(check_one("log.csv")), ("intact", 6, 1, 1))


@case("a hundred thousand accounts and subjects")
def many_users():
    n = 5000 if SMALL else 100000
    write("log.csv", HEADER + b"".join(
        lookup(i, b"user%d" % i, b"unit%d" % (i % 997)) for i in range(n)))
    same(counts(check_one("log.csv")), ("intact", n, 0, 1))
    result = quis("rank", "--format", "csv", "log.csv")
    same((result.status, result.stdout.count(b"\n")), (0, n + 1))


main()
