#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Zip and tar cut, flipped, forged and changed: what could be read is kept,
what could not is told, and nothing is written under a name of theirs."""
import bz2
import gzip
import io
import lzma
import os
import resource
import signal
import struct
import subprocess
import sys
import tarfile
import threading
import time
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import (HEADER, MEMORY_MOST, QUIS, SMALL, case, check, check_one,
                     counts, log, lookup, main, quis, rows_of, same, write)

MIB = 1 << 20


def zipped(entries, method=zipfile.ZIP_DEFLATED, level=9):
    """Entries are (name, bytes), with the same times always."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method, compresslevel=level) as out:
        for name, text in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            out.writestr(info, text)
    return data.getvalue()


def tarred(entries, **more):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", **more) as out:
        for name, text in entries:
            info = tarfile.TarInfo(name)
            info.size = len(text)
            out.addfile(info, io.BytesIO(text))
    return data.getvalue()


class Pieces:
    """A file without end: the same again and again."""

    def __init__(self, piece):
        self.piece = piece

    def read(self, n):
        return (self.piece * (n // len(self.piece) + 1))[:n]


def sound(rows):
    return [row for row in rows if row["state"] == "intact"]


ENTRIES = [("a.csv", log(9)), ("b.csv.gz", gzip.compress(log(12, 100), mtime=0)),
           ("c.csv", log(20, 200))]
ZIP = zipped(ENTRIES)
TAR = tarred(ENTRIES)
TEXT = [log(9), log(12, 100), log(20, 200)]


@case("a zip cut anywhere: unreadable, with a sentence, exit 3")
def zip_cut():
    for n in range(4, len(ZIP), 37 if SMALL else 3):
        row = check_one(write("log.zip", ZIP[:n]))
        same((row["file"], row["state"]), ("log.zip", "unreadable"), f"at {n}")
        assert "cut short" in row["note"], row["note"]
    same([row["accepted"] for row in check(write("log.zip", ZIP))], [9, 12, 20])


@case("bytes of a zip flipped: its lookups, or exit 3")
def zip_flipped():
    whole = [("intact", 9, 0, 1), ("intact", 12, 0, 1), ("intact", 20, 0, 1)]
    # names, which nothing vouches for, may say that an entry is a directory
    names = [n + i for name, _ in ENTRIES for n in range(len(ZIP))
             if ZIP[n:].startswith(name.encode()) for i in range(len(name))]
    for n in range(0, len(ZIP), 23 if SMALL else 1):
        if n in names or 60 < n < ZIP.index(b"PK\1\2") and n % 9:
            continue
        data = bytearray(ZIP)
        data[n] ^= 0x40
        result = quis("check", "--format", "csv", write("log.zip", data))
        if result.status == 0:
            same([counts(row) for row in rows_of_check(result)], whole, f"byte {n}")
        else:
            assert result.status in (2, 3) and result.stderr, f"byte {n}"


def rows_of_check(result):
    rows = rows_of(result.stdout)
    for row in rows:
        for name in ("accepted", "rejected", "skipped"):
            row[name] = int(row[name])
    return rows


@case("data of an entry damaged: what was before it is kept, corrupt")
def zip_data():
    text = os.urandom(3000).hex().encode()
    text = HEADER + b"".join(lookup(i, text[i * 5:i * 5 + 5]) for i in range(900))
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_STORED):
        data = bytearray(zipped([("a.csv", text), ("b.csv", log(3))], method))
        data[data.index(b"a.csv") + 5 + (data.index(b"PK\1\2") >> 1)] ^= 0x10
        a, b = check(write("log.zip", data))
        same(counts(b), ("intact", 3, 0, 1))
        same(a["state"], "corrupt", f"method {method}")
        if method != zipfile.ZIP_BZIP2:  # which has but one block
            assert 100 < a["accepted"] <= 900, a["accepted"]
        assert a["note"], "no note"


@case("checksum or length of an entry forged: corrupt, all lines kept")
def zip_forged():
    text = log(50)
    for at, size in ((16, 4), (24, 4)):
        data = bytearray(zipped([("a.csv", text)]))
        central = data.index(b"PK\1\2")
        data[central + at] ^= 1
        row = check_one(write("log.zip", data))
        same(row["state"], "corrupt", f"field at {at}")
        assert row["accepted"] >= 49, row["accepted"]


@case("a zip with zeros or text behind its end, or before its begin")
def zip_around():
    for data in (ZIP + bytes(700), ZIP + b"text\n" * 9):
        result = quis("check", "--format", "csv", write("log.zip", data))
        rows = rows_of_check(result)
        if result.status == 0:
            same([row["accepted"] for row in rows], [9, 12, 20])
        else:
            assert b"log.zip: " in result.stderr, result.stderr


@case("bombs: bounded time and memory, exit 3")
def bombs():
    size = (24 if SMALL else 64) * MIB
    piece = (b" " * 1023 + b"\n") * 1024
    with zipfile.ZipFile("log.zip", "w", zipfile.ZIP_DEFLATED) as out:
        with out.open("a.csv", "w") as entry:
            for _ in range(size // MIB):
                entry.write(piece)
        # one that is a bomb itself, small as it is in there
        with out.open("b.csv.gz", "w") as entry:
            with gzip.open(entry, "w") as inner:
                for _ in range(size // MIB):
                    inner.write(piece)
    result = quis("check", "--max-ratio", "100", "log.zip")
    same(result.status, 3)
    same(result.stderr.count(b"ratio"), 2, result.stderr)
    assert result.memory < MEMORY_MOST or SMALL, result.memory
    for how in ("gz", "bz2", "xz"):
        least = {"preset": 0} if how == "xz" else {"compresslevel": 1}
        with tarfile.open("log.tar", "w:" + how, **least) as out:
            info = tarfile.TarInfo("a.csv")
            info.size = size
            out.addfile(info, Pieces(piece))
        result = quis("check", "--max-ratio", "100", "log.tar")
        same(result.status, 3)
        assert b"ratio" in result.stderr, result.stderr
        assert result.memory < MEMORY_MOST or SMALL, result.memory


@case("entries that share their bytes: refused, exit 3")
def overlapping():
    data = zipped([("%03d.csv" % i, log(40)) for i in range(60)], level=0,
                  method=zipfile.ZIP_STORED)
    first, end = data.index(b"PK\1\2"), data.rindex(b"PK\5\6")
    body, central = data[:len(data) * 0 + data.index(b"PK\3\4", 9)], data[first:end]
    forged = bytearray(central)
    at = 0
    while at < len(forged):
        forged[at + 42:at + 46] = bytes(4)  # all are where the first one is
        at += 46 + struct.unpack_from("<H", forged, at + 28)[0]
    tail = bytearray(data[end:])
    tail[16:20] = struct.pack("<I", len(body))
    row = check_one(write("log.zip", body + forged + tail))
    same(row["state"], "unreadable")
    assert "overlap" in row["note"], row["note"]


@case("20,000 entries: each thread opens them once")
def many():
    n = 2000 if SMALL else 20000
    entries = [("%05d.csv" % i, log(2, 2 * i)) for i in range(n)]
    for data in (zipped(entries, level=1), tarred(entries),
                 gzip.compress(tarred(entries), 1)):
        begin = time.monotonic()
        rows = check(write("many", data), timeout=60)
        same(sum(row["accepted"] for row in rows), 2 * n)
        same(len(rows), n)
        assert time.monotonic() - begin < (60 if SMALL else 30), "too slow"


@case("more than 65,535 entries, and zip64 with forged counts")
def zip64():
    data = zipped([("%d" % i, b"") for i in range(66000)] + [("z.csv", log(5))],
                  zipfile.ZIP_STORED)
    if not SMALL:
        rows = check(write("log.zip", data), timeout=60)
        same((len(rows), sum(row["accepted"] for row in rows)), (66001, 5))
        # in a file of 13 MB, each could cost as much memory as 6 KB
        row = check_one(write("log.zip", zipped(
            [("%d" % i, b"") for i in range((1 << 17) + 1)], zipfile.ZIP_STORED)))
        same((row["file"], row["state"]), ("log.zip", "unreadable"))
        assert "too many" in row["note"], row["note"]
    at = data.rindex(b"PK\6\6")
    for count in (1, 1 << 20, 1 << 40, (1 << 64) - 1):
        forged = bytearray(data)
        forged[at + 24:at + 40] = struct.pack("<QQ", count, count)
        result = quis("check", "--format", "csv", write("log.zip", forged))
        assert result.status in (2, 3), (count, result.status)
        assert result.memory < 3 * MEMORY_MOST, result.memory
    with zipfile.ZipFile("big.zip", "w") as out:
        with out.open("a.csv", "w", force_zip64=True) as entry:
            entry.write(log(7))
    same(counts(check_one("big.zip")), ("intact", 7, 0, 1))


@case("an encrypted entry, and one of a method nobody knows: told, exit 3")
def refused():
    for at, value, word in ((8, 1, "encrypted"), (10, 14, "compressed"),
                            (10, 9, "Deflate64"), (10, 93, "compressed")):
        data = bytearray(zipped([("a.csv", log(5)), ("b.csv", log(6, 50))]))
        for magic, more in ((b"PK\1\2", 0), (b"PK\3\4", -2)):
            place = data.index(magic) + at + more
            data[place:place + 2] = struct.pack("<H", value)
        a, b = check(write("log.zip", data))
        same((a["state"], counts(b)), ("unreadable", ("intact", 6, 0, 1)))
        assert word in a["note"], a["note"]


@case("names: out of the folder, absolute, ESC, LF, no UTF-8, long, twice")
def names():
    hostile = ["../../out.csv", "/etc/passwd.csv", "\x1b]0;x\x07.csv", "a\nb.csv",
               "d/" * 900 + "x.csv", "=cmd().csv", "ü.csv", "..", "!", "a!b!c.csv"]
    os.mkdir("in")
    os.chdir("in")
    before = sorted(os.listdir(".."))
    for make in (zipped, tarred):
        data = make([(name, log(3, 9 * i)) for i, name in enumerate(hostile)])
        rows = check(write("log.x", data))
        same(sorted(row["file"] for row in rows),
             sorted("log.x!" + name for name in hostile))
        same([row["accepted"] for row in rows], [3] * len(hostile))
        result = quis("check", "log.x")
        assert b"\x1b" not in result.stdout, "ESC reaches the terminal"
        same(result.stdout.count(b"log.x!a"), 2)
    same(sorted(os.listdir(".")), ["log.x"])
    same(sorted(os.listdir("..")), before)
    data = tarred([("x" * 100 + ".csv", log(3))]).replace(b"x" * 8, b"\xff\xfe\x80x\xc3(()")
    data = zipped([("x" * 50 + ".csv", log(3))]).replace(b"x" * 8, b"\xff\xfe\x80x\xc3(()")
    same(counts(check_one(write("log.x", data))), ("intact", 3, 0, 1))
    long = "n" * 5000 + ".csv"
    for make in (zipped, tarred):
        row = check_one(write("log.x", make([(long, log(3))])))
        same(row["state"], "unreadable")
        assert "too long" in row["note"], row["note"]


@case("two entries of one name: the last counts, the other is told")
def twice():
    import warnings
    warnings.simplefilter("ignore")
    for make in (zipped, tarred):
        rows = check(write("log.x", make([("a.csv", log(5)), ("b.csv", log(7, 20)),
                                          ("a.csv", log(6, 90))])))
        same([(row["state"], row["accepted"]) for row in rows],
             [("unreadable", 0), ("intact", 6), ("intact", 7)])
        same({row["file"] for row in rows}, {"log.x!a.csv", "log.x!b.csv"})


@case("a tar cut anywhere: entries before it, the last one cut, exit 3")
def tar_cut():
    ends = []
    at = 0
    for name, text in ENTRIES:
        at += 512
        ends.append((at, at + len(text)))
        at += (len(text) + 511) // 512 * 512
    zeros = at
    for n in range(512, len(TAR), 193 if SMALL else 37):
        rows = check(write("log.tar", TAR[:n]))
        if n >= zeros + 512:
            same([row["accepted"] for row in rows], [9, 12, 20], f"at {n}")
            same(len(sound(rows)), 3, f"at {n}")
            continue
        told = [row for row in rows if row["file"] == "log.tar"]
        same(len(told), 1, f"cut at {n}")
        assert told[0]["state"] in ("truncated", "corrupt"), told
        whole = sum(end <= n for _, end in ends)
        same(len(sound(rows)), whole, f"cut at {n}")
        for begin, end in ends:
            if begin < n < end:
                same(sum(row["state"] == "truncated" for row in rows), 2,
                     f"cut at {n}")


@case("a compressed tar cut or flipped: what was inflated is read, exit 3")
def tar_outer():
    entries = [("%02d.csv" % i, log(60, 60 * i)) for i in range(20)]
    packed = {"gz": gzip.compress(tarred(entries), mtime=0),
              "xz": lzma.compress(tarred(entries)),
              "bz2": bz2.compress(tarred(entries))}
    for name, data in packed.items():
        for n in range(len(data) // 3, len(data), 997 if SMALL else 331):
            rows = check(write("log.tar." + name, data[:n]))
            outer = [row for row in rows if "!" not in row["file"]]
            same(len(outer), 1, f"{name} cut at {n}")
            same(outer[0]["state"], "truncated", f"{name} cut at {n}")
            if name == "gz" and n > len(data) * 2 // 3:
                assert len(rows) > 5, len(rows)
        for n in range(40, len(data), 1499 if SMALL else 523):
            flipped = bytearray(data)
            flipped[n] ^= 0x20
            result = quis("check", "--format", "csv",
                          write("log.tar." + name, flipped))
            assert result.status in (2, 3), f"{name} flipped at {n}"
            assert b"log.tar." in result.stderr, result.stderr


@case("a tar with a damaged header: the other entries are found, exit 3")
def tar_header():
    second = TAR.index(b"b.csv.gz")
    data = bytearray(TAR)
    data[second + 1] ^= 1
    rows = check(write("log.tar", data))
    same([(row["file"], row["state"]) for row in rows],
         [("log.tar", "corrupt"), ("log.tar!a.csv", "intact"),
          ("log.tar!c.csv", "intact")])
    assert "header at byte" in rows[0]["note"], rows[0]["note"]


@case("a tar behind a tar, and what is none behind its end")
def tar_behind():
    rows = check(write("log.tar", TAR + tarred([("d.csv", log(4, 900))])))
    same([row["accepted"] for row in rows], [9, 12, 20, 4])
    rows = check(write("log.tar", TAR + b"garbage" * 300))
    same([row["accepted"] for row in rows], [0, 9, 12, 20])
    same(rows[0]["state"], "corrupt")


@case("links, devices and directories of a tar: told, or passed over")
def tar_special():
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as out:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE,
                     tarfile.FIFOTYPE, tarfile.DIRTYPE):
            info = tarfile.TarInfo("kind-" + kind.decode())
            info.type = kind
            info.linkname = "/etc/passwd"
            out.addfile(info)
        info = tarfile.TarInfo("log.csv")
        info.size = len(log(3))
        out.addfile(info, io.BytesIO(log(3)))
    rows = check(write("log.tar", data.getvalue()))
    same(sorted((row["file"], row["state"]) for row in rows),
         [("log.tar!kind-%d" % n, "unreadable") for n in (1, 2, 3, 6)] +
         [("log.tar!log.csv", "intact")])


@case("old tars, and those of GNU and POSIX with long names")
def tar_kinds():
    for format in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        name = "é/" + "long/" * (20 if format == tarfile.USTAR_FORMAT else 60) + "a.csv"
        row = check_one(write("log.tar", tarred([(name, log(8))], format=format)))
        same((row["file"], *counts(row)), ("log.tar!" + name, "intact", 8, 0, 1))


def limited():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, MIB))


@case("no room for the temporary file: exit 4, and it says which")
def full():
    text = log(60000)
    tar = write("log.tar.gz", gzip.compress(tarred([("a.csv", text)]), 1))
    write("log.csv", log(5, 90000))
    for args, data in ((["check", tar], b""), (["check", "-", "log.csv"], text),
                       (["show", "asha", "-"], text),
                       (["check", "-"], zipped([("a.csv", os.urandom(2 * MIB))]))):
        done = subprocess.run([QUIS, *args, "--threads", "2"], input=data,
                              capture_output=True, preexec_fn=limited)
        same((done.returncode, done.stdout), (4, b""), done.stderr)
        assert b"temporary file cannot be written" in done.stderr, done.stderr
        same(done.stderr.count(b"\n"), 1)
    result = quis("check", "--temporary", "/no/such", tar)
    same(result.status, 2)
    # what needs no temporary file asks for none
    same(quis("check", "--temporary", "/no/such", "log.csv").status, 0)


@case("a pipe that is kept: show finds its lines")
def kept():
    result = quis("show", "asha", "--format", "csv", "-", feed=[log(300)])
    rows = rows_of(result.stdout)
    same(result.status, 0, result.stderr)
    same(sorted(int(row["line"]) for row in rows), list(range(2, 302)))


def check_while(change, path):
    """quis check, and change() when its containers are open: the roster is
    read after the list was made, and before the logs are."""
    os.mkfifo("roster")

    def feed():
        with open("roster", "wb") as roster:
            change()
            roster.write(b"user,unit,role\nasha,North,constable\n")

    thread = threading.Thread(target=feed)
    thread.start()
    result = quis("rank", "--format", "csv", "--roster", "roster", path)
    thread.join()
    os.unlink("roster")
    return result


@case("a container that grows, shrinks, goes or is replaced: told, exit 3")
def changed():
    for data in (ZIP, TAR):
        def grow():
            with open("log.x", "ab") as out:
                out.write(bytes(600))

        def replace():
            write("other", data)
            os.rename("other", "log.x")

        for change in (grow, replace, lambda: os.truncate("log.x", 700),
                       lambda: os.unlink("log.x")):
            write("log.x", data)
            result = check_while(change, "log.x")
            same(result.status, 3, result.stderr)
            assert b"log.x!" in result.stderr, result.stderr
            assert b"container" in result.stderr, result.stderr
        # a compressed one was inflated by then
        write("log.x", gzip.compress(TAR))
        same(check_while(replace, "log.x").status, 0)


main()
