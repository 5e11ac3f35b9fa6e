# SPDX-License-Identifier: Apache-2.0
"""Portals to measure quis on: simulated, perhaps spoiled, ranked, compared
with the truth.

`settings` is a namespace with users, units, days, sim, sim_options, drop (a
column to take out of the log, or None), quis, quis_options, fdr, baselines
(None: without them) and registers.
"""

import argparse
import collections
import csv
import glob
import io
import os
import shlex
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TUNING = range(1, 21)  # seeds on which quis may be tuned, never reported
BASELINES = (("lookups", "number of lookups"),
             ("z", "robust z of the daily rate within the unit"))
UNSEEN = "alder,birch,cedar"  # kinds of misuse that nobody tuned on

# `change` replaces settings; `seeds` is how many are enough; a portal that
# differs in its misuse alone needs no logs without it (clean).
Variant = collections.namedtuple(
    "Variant", "title change seeds clean", defaults=({}, None, True))

# A portal of few users has misusers enough for each kind to occur.
VARIANTS = {
    "default": Variant("as above"),
    "same": Variant("as above, on the seeds of those below"),
    "large": Variant("2000 users in 8 units", {"users": 2000, "units": 8}),
    "tiny": Variant("300 users in 60 units", {
        "users": 300, "units": 60, "sim_options": "--misusers 9"}),
    "small": Variant("600 users in 150 units", {
        "users": 600, "units": 150, "sim_options": "--misusers 9"}),
    "careless": Variant("careless discipline, loose habits", {
        "sim_options": "--careless 0.25 --loose 1.5"}),
    "gamma": Variant("gamma volumes", {
        "sim_options": "--heterogeneity gamma --sigma 0.8"}),
    "sigma": Variant("lognormal volumes, sigma 1.1", {
        "sim_options": "--sigma 1.1"}),
    "30-days": Variant("a month", {"days": 30}),
    "180-days": Variant("half a year", {"days": 180}),
    "365-days": Variant("a year", {"days": 365}, 3),
    "hard": Variant("joint operations, shared addresses, local sales",
                    {"sim_options": "--hard"}),
    "no-area": Variant("no area column", {"drop": "area"}),
    "no-case": Variant("no case column", {"drop": "case"}),
    "no-role": Variant("no role column", {"drop": "role"}),
    "no-unit": Variant("no unit column", {"drop": "unit"}),
    "no-source": Variant("no source column", {"drop": "source"}),
    "unseen": Variant("three kinds of misuse not tuned on", {
        "sim_options": f"--kinds {UNSEEN}"}, clean=False),
    "mixed": Variant("each misuser has two ways", {
        "sim_options": "--mixed 1"}, clean=False),
}


def seed_range(text):
    first, _, last = text.partition("-")
    seeds = list(range(int(first), int(last or first) + 1))
    if not seeds:
        raise argparse.ArgumentTypeError(f"{text} holds no seed")
    return seeds


def add_options(add):
    """Options of whoever simulates portals and runs quis on them."""
    add("--users", type=int, default=1500)
    add("--units", type=int, default=44)
    add("--days", type=int, default=90)
    add("--sim", default=os.path.join(HERE, "portal-sim"))
    add("--sim-options", default="", help="more options for portal-sim")
    add("--quis", default=os.path.join(HERE, "..", "quis"))
    add("--fdr", default="0.05")
    add("--jobs", type=int, default=2)


def expect_programs(parser, programs):
    for program in programs:
        if not os.access(program, os.X_OK):
            parser.error(f"{program} is not there; make it first")


def vary(settings, variant):
    """The settings with what a variant changes; options are added up."""
    change = dict(variant.change)
    change["sim_options"] = (f"{settings.sim_options} "
                             f"{change.get('sim_options', '')}").strip()
    return argparse.Namespace(**{**vars(settings), **change})


def average_precision(order, truth):
    """Mean over the misusers of the precision at each one's rank."""
    found, total = 0, 0.0
    for rank, user in enumerate(order, 1):
        if user in truth:
            found += 1
            total += found / rank
    return total / len(truth) if truth else None


def drop_column(log, name):
    """Take a column out of simulated logs, which quote nothing."""
    for path in glob.glob(os.path.join(log, "*.csv")):
        with open(path, "rb") as file, open(path + ".part", "wb") as out:
            at, width = None, 0
            for line in file:
                cells = line.split(b",")
                if at is None:
                    at, width = cells.index(name.encode()), len(cells)
                if len(cells) != width or b'"' in line:
                    raise ValueError(f"{path}: not as simulated: {line}")
                del cells[at]
                out.write(b",".join(cells))
        os.replace(path + ".part", path)


def simulate(settings, seed, strength, out):
    """Write a log; the misusers with their (first) kinds."""
    command = [settings.sim, "--out", out, "--seed", str(seed),
               "--strength", str(strength), "--users", str(settings.users),
               "--units", str(settings.units), "--days", str(settings.days),
               "--threads", "1"]
    if not settings.registers:
        command.append("--no-registers")
    subprocess.run(command + shlex.split(settings.sim_options), check=True)
    if settings.drop:
        drop_column(os.path.join(out, "log"), settings.drop)
    with open(os.path.join(out, "truth.csv"), newline="") as file:
        return {row["user"]: row["misuse"].split("+")[0]
                for row in csv.DictReader(file) if int(row["lookups"]) > 0}


def rank(settings, out):
    command = [settings.quis, "rank", "--format", "csv", "-q", "--fdr",
               settings.fdr]
    if settings.registers:
        for name in ("roster", "units", "cases", "case-subjects", "persons"):
            command += [f"--{name}",
                        os.path.join(out, "registers", f"{name}.csv")]
    command += shlex.split(settings.quis_options) + [os.path.join(out, "log")]
    done = subprocess.run(command, capture_output=True, text=True)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    if done.returncode not in (0, 1) or not rows:
        raise RuntimeError(f"{shlex.join(command)}: status {done.returncode}, "
                           f"{len(rows)} users\n{done.stderr}")
    return rows


def baseline_orders(settings, out):
    """Baselines read plain CSV; other formats go without them."""
    files = sorted(glob.glob(os.path.join(out, "log", "*.csv")))
    if not files or not settings.baselines:
        return {}
    text = subprocess.run([settings.baselines] + files, check=True,
                          capture_output=True, text=True).stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    return {name: [row["user"] for row in sorted(
        rows, key=lambda row: (-float(row[name]), row["user"]))]
        for name, _ in BASELINES}


def measure(settings, seed, strength):
    """Simulate one portal, rank its users, compare with the truth."""
    with tempfile.TemporaryDirectory(prefix="quis-detect-") as out:
        truth = simulate(settings, seed, strength, out)
        rows = rank(settings, out)
        baselines = baseline_orders(settings, out)
    order = [row["user"] for row in rows]
    flagged = {row["user"] for row in rows if row["flagged"] == "yes"}
    right = len(flagged & truth.keys())
    result = {"seed": seed, "strength": strength, "truth": truth,
              "rank": {user: i for i, user in enumerate(order, 1)},
              "rows": {row["user"]: row for row in rows
                       if row["user"] in truth or row["user"] in flagged},
              "flagged": flagged, "right": right,
              "wrong": len(flagged) - right,
              "AP": average_precision(order, truth)}
    for name, other in baselines.items():
        result["AP " + name] = average_precision(other, truth)
    if truth:
        result["recall"] = right / len(truth)
    if flagged:
        result["precision"] = right / len(flagged)
    return result
