#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Work made to take for ever: regexes that backtrack, names that collide, and
as many users as there are lines. Each ends, in time that grows with the log,
and what was given up is counted."""
import os
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import (HEADER, SLOW, SMALL, case, main, quis, rows_of, same,
                     write)

FAULTS = {24}

# Each is exponential or worse on a text of the same letters that ends wrongly.
REGEXES = [r"(a+)+$", r"(a|aa)+$", r"(a|a?)+$", r"(.*a){20}$", r"((a*)*)*$",
           r"(a*)*b", r"^(([a-z])+.)+[A-Z]([a-z])+$", r"(x+x+)+y",
           r"(?=(a+))a*b\1", r"(a?){64}a{64}b", r"(?:(?:a?)+)+$",
           r"(?R)?a+b|(a+)+!b", r"(.+)+\1\1b", r"(?:a{1,99}){1,99}b"]
TEXTS = [b"a" * 40 + b"!", b"a" * 3000 + b"!", b"x" * 20000, b"ax" * 5000,
         b"\xff" * 5000, "\u0995".encode() * 3000]


def quick(most, *args, **more):
    began = time.monotonic()
    result = quis(*args, **more)
    took = time.monotonic() - began
    assert took < most * (6 if SMALL else 1), f"{took:.1f} s: {args[:5]}"
    return result, took


@case("hostile patterns: the line is rejected and counted, in time")
def patterns():
    head = r"^(?<time>[^,]+),(?<user>[^,]+),(?<subject>"
    good = b"2026-05-01T00:00:00Z,asha,aaaa\n"
    write("log.csv", good + b"".join(
        b"2026-05-01T00:00:00Z,asha," + text + b"\n" for text in TEXTS) + good)
    for regex in REGEXES:
        result, _ = quick(3, "check", "--format", "csv", "--pattern",
                          head + regex.removeprefix("^") + ")", "log.csv")
        assert result.status in (0, 2, 3), result.stderr
        for row in rows_of(result.stdout):
            same(int(row["accepted"]) + int(row["rejected"]), len(TEXTS) + 2,
                 regex)


@case("hostile rewrites: the value stays as logged, and that is counted")
def rewrites():
    write("log.csv", HEADER + b"".join(
        b"2026-05-01T00:00:00Z,asha,N,r,k,%s,c\n" % text for text in TEXTS))
    told = 0
    for regex in REGEXES:
        result, _ = quick(3, "check", "--rewrite", f"subject=#{regex}#b#", "log.csv")
        assert result.status in (0, 2), result.stderr
        told += b"stay as logged" in result.stderr or \
            b"stays as logged" in result.stderr
    assert told > len(REGEXES) / 2, told


@case("many lines that all are hostile to the pattern: linear")
def many_hostile():
    line = b"2026-05-01T00:00:00Z,asha," + b"a" * 60 + b"!\n"
    pattern = r"^(?<time>[^,]+),(?<user>[^,]+),(?<subject>(a+)+)$"
    took = []
    for n in (500, 2000):
        write("log.csv", b"2026-05-01T00:00:00Z,asha,aaaa\n" + line * n)
        result, seconds = quick(20, "check", "--format", "csv", "--pattern",
                                pattern, "log.csv")
        same(rows_of(result.stdout)[0]["rejected"], str(n))
        took.append(seconds)
    assert took[1] < 8 * took[0] + 1, took


def floods(n):
    """Names and subjects by the thousand that collide where a hash knows no
    seed, as (what, lines), beside others as many and as long."""
    # XXH3, and dict_hash(), with seed 0: one factor of each product is 0
    zero = struct.pack("<Q", 0xbe4ba423396cfeb8)
    third = struct.pack("<Q", 0xdb979083e96dd4de)
    names = [zero + b"%08d" % i + third + b"%08d" % i for i in range(n)]
    plain = [b"%08d" % i + zero + b"%08d" % i + third for i in range(n)]
    yield "users", [(name, b"7", b"N-1") for name in names], \
        [(name, b"7", b"N-1") for name in plain]
    yield "cases", [(b"asha", b"%d" % i, name) for i, name in enumerate(names)], \
        [(b"asha", b"%d" % i, name) for i, name in enumerate(plain)]
    yield "texts", [(b"asha", name, b"N-1") for name in names], \
        [(b"asha", name, b"N-1") for name in plain]
    # numbers of 18 digits that lie side by side once multiplied
    back = pow(0x9e3779b97f4a7c15, -1, 1 << 64)
    numbers, v = [], 0
    while len(numbers) < n:
        v += 1
        key = v * back % (1 << 64)
        if 10 ** 18 <= key < 2 * 10 ** 18:
            numbers.append(b"%018d" % (key - 10 ** 18))
    yield "numbers", [(b"u%d" % (i % 500), s, b"N-1") for i, s in enumerate(numbers)], \
        [(b"u%d" % (i % 500), b"%018d" % (i * 7919), b"N-1") for i in range(n)]


@case("names and subjects made to collide cost what others do")
def flooding():
    for what, made, plain in floods(6000 if SMALL else 30000):
        took = []
        for part in (plain, made):
            write("log.csv", HEADER + b"".join(
                b"2026-05-01T%02d:%02d:%02dZ,%s,North,constable,identity,%s,%s\n"
                % (i // 3600 % 24, i // 60 % 60, i % 60, user, subject, caseref)
                for i, (user, subject, caseref) in enumerate(part)))
            result, seconds = quick(30, "rank", "--format", "csv", "--top", "3",
                                    "log.csv")
            same(result.status, 0, result.stderr)
            took.append(seconds)
        assert took[1] < 4 * took[0] + 1, f"{what}: {took}"


@case("as many users as lines: all kept, in bounded memory and linear time")
def many_users():
    most = 10 ** 7 if SLOW else 20000 if SMALL else 10 ** 6
    took = []
    for n in (most // 8, most):
        with open("log.csv", "wb") as file:
            file.write(HEADER)
            for first in range(0, n, 100000):
                file.write(b"".join(
                    b"2026-05-01T00:00:00Z,u%d,N%d,r,k,%d,c%d\n"
                    % (i, i % 997, i, i)
                    for i in range(first, min(n, first + 100000))))
        result, seconds = quick(200, "check", "--format", "csv", "log.csv",
                                timeout=600)
        took.append(seconds)
        same((result.status, rows_of(result.stdout)[0]["accepted"]), (0, str(n)))
    if not SMALL:
        assert result.memory < 600 * most, f"{result.memory // most} bytes a user"
        assert took[1] < 16 * took[0] + 1, took


@case("as many users as lines: ranked")
def many_ranked():
    n = 10 ** 6 if SLOW else 5000 if SMALL else 100000
    write("log.csv", HEADER + b"".join(
        b"2026-05-01T00:00:00Z,u%d,N%d,r,k,%d,c%d\n" % (i, i % 997, i, i)
        for i in range(n)))
    result, _ = quick(60, "rank", "--format", "csv", "--top", "1", "log.csv")
    same((result.status, result.stdout.count(b"\n")), (0, 2))


main()
