# SPDX-License-Identifier: Apache-2.0
"""Lists of leaked subjects, drawn from a simulated portal.

A list has subjects of sellers, who leak a random part of all they looked up
or mostly those nobody else asked for, and an honest rest: what officers who
sold nothing had looked up, people who are asked for by many, and people
nobody had. The honest rest is drawn in many ways, one a list.
"""

import collections
import csv
import glob
import gzip
import math
import os

SELLING = ("bulk", "slow", "sequence", "takeover", "washing", "collusion")

Lookup = collections.namedtuple("Lookup", "user unit role subject case week")
Leak = collections.namedtuple("Leak", "subjects sellers draw share")


class Portal:
    """What there is to draw from, in order, so that a seed is a list."""

    def __init__(self, lookups, truth):
        self.truth = truth  # misusers and their kinds
        self.honest = [x for x in lookups if x.user not in truth]
        users = collections.defaultdict(set)
        for x in lookups:
            users[x.user].add(x.subject)
        self.of_user = {u: sorted(s) for u, s in sorted(users.items())}
        askers = collections.Counter(
            s for subjects in users.values() for s in subjects)
        self.askers = dict(sorted(askers.items()))
        self.groups = {name: self.group(name)
                       for name in ("unit", "role", "case", "week")}
        self.popular = sorted(askers, key=lambda s: (-askers[s], s))
        self.lone = sorted({x.subject for x in self.honest
                            if askers[x.subject] == 1})
        self.distinct = sorted({x.subject for x in self.honest})
        self.officers = [u for u in self.of_user if u not in truth]

    def group(self, name):
        """Honest subjects, one a lookup, by unit, role, ..."""
        at = Lookup._fields.index(name)
        groups = collections.defaultdict(list)
        for x in self.honest:
            if x[at]:
                groups[x[at]].append(x.subject)
        return dict(sorted(groups.items()))

    def sellers(self):
        some = [u for u, kind in self.truth.items()
                if any(k in SELLING for k in kind.split("+"))]
        return some or list(self.truth)


def read(directory):
    """The logs and truth.csv that portal-sim wrote."""
    lookups = []
    for path in sorted(glob.glob(os.path.join(directory, "log", "*.csv*"))):
        opened = gzip.open if path.endswith(".gz") else open
        with opened(path, "rt", newline="") as file:
            for row in csv.DictReader(file):
                if row["outcome"] != "denied":
                    lookups.append(Lookup(
                        row["user"], row["unit"], row["role"], row["subject"],
                        row["case"], len(lookups) // 80000))
    with open(os.path.join(directory, "truth.csv"), newline="") as file:
        truth = {row["user"]: row["misuse"] for row in csv.DictReader(file)
                 if int(row["lookups"]) > 0}
    return Portal(lookups, truth)


def sample(rng, population, n):
    return rng.sample(population, min(n, len(population)))


def some_group(portal, rng, name, n):
    """Lookups of one unit, role, ... that has enough of them, if any has."""
    groups = portal.groups[name]
    large = [g for g in groups.values() if len(g) >= 2 * n]
    return rng.choice(large) if large else max(groups.values(), key=len)


def draw_distinct(portal, rng, n):
    return sample(rng, portal.distinct, n)


def draw_lookups(portal, rng, n):
    return [x.subject for x in sample(rng, portal.honest, n)]


def draw_lone(portal, rng, n):
    return sample(rng, portal.lone, n)


def draw_askers(portal, rng, n):
    """By how many asked."""
    subjects = list(portal.askers)
    return rng.choices(subjects, list(portal.askers.values()), k=n)


def draw_popular(portal, rng, n):
    return sample(rng, portal.popular[:2 * n], n)


def draw_officers(portal, rng, n):
    """Any officer, then any of his people."""
    return [rng.choice(portal.of_user[rng.choice(portal.officers)])
            for _ in range(n)]


def draw_unit(portal, rng, n):
    group = some_group(portal, rng, "unit", n)
    return sample(rng, sorted(set(group)), n)


def draw_unit_lookups(portal, rng, n):
    return sample(rng, some_group(portal, rng, "unit", n), n)


def draw_role(portal, rng, n):
    return sample(rng, some_group(portal, rng, "role", n), n)


def draw_week(portal, rng, n):
    group = some_group(portal, rng, "week", n)
    return sample(rng, sorted(set(group)), n)


def draw_cases(portal, rng, n):
    """All people of some cases, one after the other."""
    names, subjects = list(portal.groups["case"]), set()
    while len(subjects) < n:
        subjects.update(portal.groups["case"][rng.choice(names)])
    return sorted(subjects)[:n]


def draw_case(portal, rng, n):
    """All people of one case, the rest anybody's."""
    cases = [g for g in map(set, portal.groups["case"].values())
             if len(g) >= 10]
    case = sample(rng, sorted(rng.choice(cases)), n // 2)
    return case + draw_distinct(portal, rng, n - len(case))


DRAWS = {draw.__name__[5:]: draw for draw in (
    draw_distinct, draw_lookups, draw_lone, draw_askers, draw_popular,
    draw_officers, draw_unit, draw_unit_lookups, draw_role, draw_week,
    draw_cases, draw_case)}


def draw_sellers(portal, rng, n):
    """Six to eight, or as many as there are, and what they leak."""
    sellers = portal.sellers()
    sellers = rng.sample(sellers, min(rng.randint(6, 8), len(sellers)))
    parts = [rng.uniform(0.5, 1.5) for _ in sellers]
    leaked = {}
    for user, part in zip(sellers, parts):
        count = max(1, round(n * part / sum(parts)))
        subjects = portal.of_user[user]
        if rng.random() < 0.5:
            lone = [s for s in subjects if portal.askers[s] == 1]
            some = sample(rng, lone, round(0.8 * count))
            leaked[user] = some + sample(rng, subjects, count - len(some))
        else:
            leaked[user] = sample(rng, subjects, count)
    return leaked


def draw_leak(portal, rng, draw, leakers=True):
    """One list of 300 to 3,000 subjects."""
    n = round(math.exp(rng.uniform(math.log(300), math.log(3000))))
    share = rng.uniform(0.05, 0.6) if leakers else 0
    leaked = draw_sellers(portal, rng, round(n * share)) if leakers else {}
    rest = n - round(n * share)
    unknown = rng.randint(0, rest // 5)
    popular = rng.randint(0, rest // 10)
    subjects = {s for some in leaked.values() for s in some}
    subjects.update(DRAWS[draw](portal, rng, rest - unknown - popular))
    subjects.update(sample(rng, portal.popular[:1000], popular))
    subjects.update(f"00{rng.randrange(10 ** 12):012}"
                    for _ in range(unknown))
    subjects = sorted(subjects, key=str)
    rng.shuffle(subjects)
    return Leak(subjects, set(leaked), draw, share)
