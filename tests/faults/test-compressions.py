#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Zstd, xz, lzma, bzip2 and lz4 cut, flipped, joined, padded, nested, as
test-gzip.py does it: what could be read is kept, what could not is told."""
import bz2
import gzip
import lzma
import os
import struct
import subprocess
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import (HEADER, MEMORY_MOST, SMALL, as_if_alone, case, check,
                     check_one, counts, log, lookup, main, quis, rows_of, same,
                     write)


def run(*args):
    return lambda text: subprocess.run(args, input=text, check=True,
                                       stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL).stdout


def lzma_alone(text):
    return lzma.compress(text, lzma.FORMAT_ALONE)


# One frame of each; magic: bytes till it is told from text.
PACK = {
    "zstd": run("zstd", "-qc", "--check"),
    "xz": lzma.compress,
    "lzma": lzma_alone,
    "bzip2": bz2.compress,
    "lz4": run("lz4", "-qc"),
}
STUMP = {"zstd": 1, "xz": 1, "lzma": 2, "bzip2": 3, "lz4": 1}
SUFFIX = {"zstd": ".zst", "xz": ".xz", "lzma": ".lzma", "bzip2": ".bz2",
          "lz4": ".lz4"}
JOINED = [name for name in PACK if name != "lzma"]  # have several frames

TEXT = log(24)
LINES = TEXT.splitlines(True)[:9]
WHOLE = {name: pack(TEXT) for name, pack in PACK.items()}
# A frame a line, and where each one ends.
FRAMES = {name: [PACK[name](line) for line in LINES] for name in JOINED}


def inflated(name, data):
    """What Python's libraries deliver of one damaged stream."""
    engine = bz2.BZ2Decompressor() if name == "bzip2" else lzma.LZMADecompressor()
    text = b""
    try:
        for i in range(len(data)):
            text += engine.decompress(data[i:i + 1])
            if engine.eof:
                return text, "intact" if i + 1 == len(data) else "corrupt"
    except (OSError, lzma.LZMAError):
        return text, "corrupt"
    return text, "truncated"


def expected(text, end):
    """Counts for a text as far as it goes, its header being whole."""
    lines = text.count(b"\n")
    cut = 1 if end != "intact" and text and not text.endswith(b"\n") else 0
    return end, lines - 1, cut, 1


def check_all(files):
    """Check these, name to bytes, in one directory beside an intact log."""
    os.makedirs("logs", exist_ok=True)
    for name in os.listdir("logs"):
        os.unlink("logs/" + name)
    for name, data in files.items():
        write("logs/" + name, data)
    write("logs/~.csv", log(3, 1000))
    rows = check("logs")
    same(counts(rows[-1]), ("intact", 3, 0, 1), "the log beside")
    as_if_alone(rows)
    return {os.path.basename(row["file"]): row for row in rows[:-1]}


@case("what the programs pack is read as the text is")
def round_trips():
    text = log(20000)
    write("log.csv", text)
    want = quis("rank", "--format", "csv", "log.csv").stdout
    more = {"zstd -19": run("zstd", "-qc19", "--no-check"),
            "zstd -T2": run("zstd", "-qcT2", "-B65536"),
            "zstd --long": run("zstd", "-qc", "--long=27"),
            "xz -9e": run("xz", "-9ec"),
            "xz -C none": run("xz", "-cC", "none"),
            "xz -C sha256": run("xz", "-cC", "sha256"),
            "xz -T2": run("xz", "-cT2", "--block-size=100000"),
            "xz --x86 --delta": run("xz", "-c", "--x86", "--delta", "--lzma2"),
            "lzma": run("xz", "-cF", "lzma"),
            "bzip2 -1": run("bzip2", "-c1"),
            "lz4 -9": run("lz4", "-qc9", "-BD", "-BX", "--content-size"),
            "lz4 -B4": run("lz4", "-qc", "-B4", "--no-frame-crc")}
    for what, pack in (PACK | more).items():
        row = check_one(write("log", pack(text)))
        same(counts(row), ("intact", 20000, 0, 1), what)
        same((row["compression"], row["note"]), (what.split(" ")[0], ""), what)
        same(quis("rank", "--format", "csv", "log").stdout, want, what)


@case("cut at every byte: every line the library has is kept, truncated, exit 3")
def cut_everywhere():
    for name in ("xz", "lzma", "bzip2"):
        data = WHOLE[name]
        cuts = range(STUMP[name], len(data), 7 if SMALL else 1)
        rows = check_all({f"{n:05}": data[:n] for n in cuts})
        for n in cuts:
            row = rows[f"{n:05}"]
            text, end = inflated(name, data[:n])
            same((row["state"], row["compression"]), ("truncated", name),
                 f"{name} cut at {n}")
            assert "at byte" in row["note"], row
            if text.startswith(HEADER):
                same(counts(row), expected(text, end), f"{name} cut at {n}")
            else:
                same((row["accepted"], row["lines"]), (0, 1 if text else 0),
                     f"{name} cut at {n}")


@case("frames cut at every byte: every whole frame is kept, truncated, exit 3")
def cut_frames():
    for name in JOINED:
        data = b"".join(FRAMES[name])
        ends, at = {}, 0
        for number, frame in enumerate(FRAMES[name], 1):
            at += len(frame)
            ends[at] = number
        cuts = range(STUMP[name], len(data), 7 if SMALL else 1)
        rows = check_all({f"{n:05}": data[:n] for n in cuts})
        for n in cuts:
            row = rows[f"{n:05}"]
            whole = max([ends[end] for end in ends if end <= n], default=0)
            stump = n not in ends
            same(row["state"], "truncated" if stump else "intact",
                 f"{name} cut at {n}")
            # a cut that leaves all but the checksum leaves the line
            assert row["lines"] in (whole, whole + stump), f"{name} {n}: {row}"


@case("less than the header of a frame is truncated, and no line")
def header_only():
    for name, data in WHOLE.items():
        for n in range(STUMP[name], 9):
            row = check_one(write("log", data[:n]))
            same(counts(row), ("truncated", 0, 0, 0), f"{name}, {n} bytes")


@case("cut on standard input as in a file")
def cut_stdin():
    for name, data in WHOLE.items():
        n = len(data) - 3
        there = check_one(write("log", data[:n]))
        row = check_one("-", feed=[data[:5], data[5:n]])
        same((counts(row), row["note"]), (counts(there), there["note"]), name)
        same(row["state"], "truncated" if name != "lzma" else row["state"], name)


@case("a bit flipped in any byte: told, or nothing is lost; exit 3")
def flips():
    for name in JOINED:
        data = b"".join(FRAMES[name])
        step = 11 if SMALL else 1
        places = range(0, len(data), step)
        files = {}
        for n in places:
            damaged = bytearray(data)
            damaged[n] ^= 1 << n % 8
            files[f"{n:05}"] = damaged
        rows = check_all(files)
        at, ends = 0, []
        for frame in FRAMES[name]:
            at += len(frame)
            ends.append(at)
        for n in places:
            row = rows[f"{n:05}"]
            before = sum(end <= n for end in ends)
            what = f"{name}, byte {n}: {row}"
            if row["state"] == "intact":  # a bit that means nothing
                same(counts(row), ("intact", len(LINES) - 1, 0, 1), what)
            elif row["state"] == "unreadable":
                assert n < 6 or "asked for" in row["note"], what
            else:
                assert row["state"] in ("corrupt", "truncated"), what
                assert "at byte" in row["note"], what
                assert row["lines"] >= before, what
                assert row["accepted"] < len(LINES), what


@case("a bit flipped late in a long log: all blocks before it are kept")
def flip_late():
    text = b"".join(lookup(i * 7919 % 86400, b"%x" % (i * 2654435761 % 4294967296))
                    for i in range(30000))
    for name in JOINED:
        data = bytearray(PACK[name](HEADER + text))
        data[len(data) * 4 // 5] ^= 16
        row = check_one(write("log", data))
        same(row["state"], "corrupt", name)
        # one block of bzip2 has 900 kB of text, of lz4 up to 4 MB
        assert row["accepted"] > (0 if name == "lz4" else 12000), f"{name}: {row}"


@case("a wrong checksum at the end: all text kept, corrupt, exit 3")
def checksum():
    for name, n, word in (("zstd", -1, "checksum mismatch in frame 1"),
                          ("lz4", -1, "content checksum mismatch in frame 1"),
                          ("bzip2", -2, "crc-32 in stream 1"),
                          ("xz", -27, "check in stream 1")):
        data = bytearray(WHOLE[name])
        data[n] ^= 4
        row = check_one(write("log", data))
        same(counts(row), ("corrupt", 24, 0, 1), name)
        assert word in row["note"] and "at byte" in row["note"], row


@case("an xz check of a kind that liblzma does not know is told")
def unknown_check():
    data = bytearray(WHOLE["xz"])
    data[7] = data[-3] = 5  # as long as CRC-64
    data[8:12] = struct.pack("<I", zlib.crc32(data[6:8]))
    data[-12:-8] = struct.pack("<I", zlib.crc32(data[-8:-2]))
    row = check_one(write("log.xz", data))
    same(counts(row), ("corrupt", 24, 0, 1))
    assert "not verified" in row["note"], row


@case("garbage behind the last frame: named, exit 3, all data kept")
def garbage():
    for name, data in WHOLE.items():
        for tail in (b"x", b"garbage" * 999, b"\0\0\0x", TEXT, b"PK\3\4"):
            row = check_one(write("log", data + tail))
            same(counts(row), ("corrupt", 24, 0, 1), f"{name} {tail[:8]}")
            assert "trailing garbage" in row["note"], row
            assert f"at byte {len(data + tail) - len(tail.lstrip(bytes(1)))}" \
                in row["note"], row


@case("zeros behind the last frame are padding, and fine")
def zeros():
    for name, data in WHOLE.items():
        for n in (1, 4, 511, 262144 - len(data), 262144):
            row = check_one(write("log", data + b"\0" * n))
            same(counts(row), ("intact", 24, 0, 1), f"{name}, {n} zeros")


@case("two frames, split at every byte of the text, are one log")
def two_frames():
    text = log(2)
    files, step = {}, 11 if SMALL else 3
    for name in ("xz", "bzip2"):
        files |= {f"{n:03}-{name}": PACK[name](text[:n]) + PACK[name](text[n:])
                  for n in range(0, len(text) + 1, step)}
    for what, row in check_all(files).items():
        same(counts(row), ("intact", 2, 0, 1), what)


@case("10,000 frames are one log")
def many_frames():
    n = 1000 if SMALL else 10000
    for name in JOINED:
        frame = PACK[name](lookup(1))
        row = check_one(write("log", PACK[name](HEADER) + frame * n))
        same(counts(row), ("intact", n, 0, 1), name)


@case("the second of two frames cut at every byte: the first is whole")
def second_cut():
    for name in JOINED:
        first = PACK[name](log(5))
        second = PACK[name](b"".join(lookup(i) for i in range(5, 9)))
        rows = check_all({f"{n:05}": first + second[:n]
                          for n in range(1, len(second))})
        for n, row in rows.items():
            same(row["state"], "truncated", f"{name}, cut at {n}")
            assert 5 <= row["accepted"] <= 9, f"{name}, cut at {n}: {row}"


@case("an empty file and empty frames among others: intact, no lines, exit 0")
def empty_among():
    write("a.csv", TEXT)
    names = ["a.csv"]
    for name, pack in PACK.items():
        names += [write("b" + SUFFIX[name], b""),
                  write("c" + SUFFIX[name], pack(b""))]
    for row in check(*names)[1:]:
        same(counts(row), ("intact", 0, 0, 0), row["file"])


@case("compression is found by magic, not by name, and a wrong name is told")
def magic():
    for name, suffix in SUFFIX.items():
        row = check_one(write("plain" + suffix, TEXT))
        same(counts(row) + (row["compression"],), ("intact", 24, 0, 1, "none"))
        same(row["note"], f"named {suffix} but not compressed")
        row = check_one(write("packed.csv", WHOLE[name]))
        same(counts(row) + (row["compression"],), ("intact", 24, 0, 1, name))
        same(row["note"], "")
        row = check_one(write("packed.gz", WHOLE[name]))
        same(row["note"], f"named .gz but {name}")


BOMB_LINES = 300000 if SMALL else 500000
PROGRAM = {"zstd": "zstd", "xz": "xz", "lzma": "xz -F lzma", "bzip2": "bzip2",
           "lz4": "lz4 -q", "gzip": "gzip"}


def bomb(*names):
    """Written without holding it: the program's memory begins as ours."""
    pipe = " | ".join(f"{PROGRAM[name]} -c" for name in names)
    with open("log", "wb") as file, subprocess.Popen(
            pipe, shell=True, stdin=subprocess.PIPE, stdout=file) as process:
        process.stdin.write(HEADER)
        for _ in range(BOMB_LINES // 1000):
            process.stdin.write(lookup(1) * 1000)
        process.stdin.close()
    length = len(HEADER) + BOMB_LINES * len(lookup(1))
    return length // os.path.getsize("log")


def memory_of(*args, most):
    """The row of a log that is too much, and whether memory was bounded."""
    result = quis("check", "--format", "csv", *args, timeout=30)
    same(result.status, 3)
    assert SMALL or result.memory < most, f"{result.memory >> 20} MiB"
    return rows_of(result.stdout)[0]


@case("bombs end at --max-ratio, with bounded memory")
def bombs():
    for name in PACK:
        ratio = bomb(name)
        row = memory_of("--max-ratio", str(ratio // 4), "log", most=2 * MEMORY_MOST)
        same(row["state"], "corrupt", name)
        assert "ratio limit at byte" in row["note"], f"{name}: {row}"
        assert 0 < int(row["accepted"]) < BOMB_LINES, f"{name}: {row}"
        same(counts(check_one("--max-ratio", "0", "log")),
             ("intact", BOMB_LINES, 0, 1), name)


@case("a bomb in a bomb ends at --max-ratio of the whole")
def nested_bombs():
    for outer in ("xz", "zstd"):
        bomb("gzip", outer)
        row = memory_of("log", most=2 * MEMORY_MOST)
        same(row["state"], "corrupt", outer)
        assert "ratio limit at byte" in row["note"], row


@case("a frame that asks for too much memory is refused, and told")
def memory_limits():
    block = bytearray(WHOLE["xz"])
    header = 4 * (block[12] + 1)
    assert block[14] == 0x21 or block[13] & 0x40, "where the dictionary is"
    at = block.index(b"\x21\x01", 12) + 2
    block[at] = 36  # a dictionary of 1 GiB
    block[12 + header - 4:12 + header] = struct.pack(
        "<I", zlib.crc32(block[12:12 + header - 4]))
    window = b"\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"  # of 2 GiB
    for data, word in ((block, "256 MiB"), (window, "128 MiB"),
                       (PACK["zstd"](TEXT) + window, "128 MiB in frame 2")):
        write("log", data)
        if word.endswith("2"):
            word = "128 MiB is asked for in frame 2"
        row = memory_of("log", most=2 * MEMORY_MOST)
        same(row["state"], "unreadable")
        assert word in row["note"] and "at byte" in row["note"], row


@case("a compression within a compression is read; names say which")
def nested():
    for outer, pack in (PACK | {"gzip": gzip.compress}).items():
        for inner, data in (WHOLE | {"gzip": gzip.compress(TEXT)}).items():
            row = check_one(write("log", pack(data)))
            same(counts(row) + (row["compression"], row["note"]),
                 ("intact", 24, 0, 1, f"{outer}+{inner}", ""))


@case("one cut within or without: told once, and where")
def nested_cut():
    text = log(20000)
    packed = gzip.compress(text, mtime=0)
    row = check_one(write("log", lzma.compress(packed[:-999])))
    same(row["state"], "truncated")
    assert row["note"].startswith("ends in member 1 at byte "
                                  f"{len(packed) - 999} of the inflated xz"), row
    data = lzma.compress(packed)
    row = check_one(write("log", data[:-999]))
    same(row["state"], "truncated")
    assert row["note"].startswith(f"ends in stream 1 at byte {len(data) - 999}"), row
    assert "member" not in row["note"] and row["accepted"] > 10000, row


@case("a third compression is not opened, and told")
def third():
    data = WHOLE["zstd"]
    rows = check_all({"a": gzip.compress(gzip.compress(data))})
    same((rows["a"]["state"], rows["a"]["accepted"]), ("unreadable", 0))
    assert "zstd within" in rows["a"]["note"], rows


main()
