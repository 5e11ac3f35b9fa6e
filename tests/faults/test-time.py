#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times as clocks and people write them: in UTC in the end, and what can be
read in two ways, or none, is counted."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import case, check_one, main, quis, same, write

FAULTS = {18}

HEADER = b"timestamp,user,subject\n"


def of_times(*times):
    return write("log.csv", HEADER + b"".join(
        b"%s,asha,%d\n" % (time, n) for n, time in enumerate(times)))


def span(*args):
    row = check_one("--report-timezone", "UTC", *args)
    return row["accepted"], row["rejected"], row["first"][:19], row["last"][:19]


@case("mixed offsets are one time line, in UTC")
def offsets():
    of_times(b"2026-05-01T00:00:00+06:00", b"2026-04-30T18:00:00Z",
             b"2026-04-30T12:00:00-06:00", b"2026-04-30T23:45:00+05:45")
    same(span("log.csv"),
         (4, 0, "2026-04-30T18:00:00", "2026-04-30T18:00:00"))


@case("times without a zone are told, and are those of --timezone")
def zoneless():
    of_times(b"2026-05-01T00:00:00", b"2026-05-01T01:00:00")
    same(span("log.csv")[2], "2026-05-01T00:00:00")
    same(span("--timezone", "Asia/Dhaka", "log.csv")[2], "2026-04-30T18:00:00")
    said = quis("check", "-v", "log.csv").stderr
    assert b"2 times name no offset and are taken as UTC" in said, said


@case("hours that clocks skip or repeat are counted")
def clocks():
    of_times(b"2026-03-29T02:30:00", b"2026-10-25T02:30:00",
             b"2026-06-01T12:00:00")
    result = quis("check", "-v", "--timezone", "Europe/Berlin", "log.csv")
    same(result.status, 0)
    assert (b"2 times fall where clocks were changed (1 do not exist, 1 are "
            b"twofold)" in result.stderr), result.stderr


@case("a leap second is a time; what no clock shows is rejected")
def odd():
    of_times(b"2016-12-31T23:59:60Z", b"9999-12-31T23:59:59Z",
             b"1970-01-01T00:00:00Z")
    row = check_one("log.csv")
    same(row["accepted"] + row["rejected"], 3)
    assert row["accepted"] >= 1, row
    of_times(b"2026-05-01T00:00:00Z", b"2026-02-30T00:00:00Z",
             b"2026-13-01T00:00:00Z", b"2026-05-01T25:00:00Z",
             b"2026-05-01T00:61:00Z", b"0000-00-00T00:00:00Z",
             b"99999999999999999999", b"", b"-", b"2026-05-01T00:00:00+99:00")
    row = check_one("log.csv")
    same((row["accepted"], row["rejected"]), (1, 9))


main()
