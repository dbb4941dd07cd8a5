"""How fast lines move, go and come, by time to the start, learnt from interval-censored sightings.

Between two polls one sees only *whether* a line changed. With one constant rate over D hours the
chance is 1 - exp(-rate D), and the most likely rate solves

    sum over changed of D / (exp(rate D) - 1) = sum over unchanged of D

(Cho and Garcia-Molina 2003; the naive count sees 63 % at rate x D = 1). Here rates differ from bucket
to bucket of an interval and have a Gamma(a, b) prior, which is solved by expectation and maximisation
(Dempster, Laird, Rubin 1977): a changed line is shared out over the buckets as the present rates say.
And some lines move often, others hardly, or come back: a line's own rate is Gamma distributed about
the bucket's, as a few classes of lines (the nodes of Gauss's quadrature).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
HOUR = 3600.0
_AFTER = (-3.5, -3, -2.5, -2, -1.5, -1, -0.5, -0.25, 0)
_BEFORE = (0.1, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 30, 36, 48, 72, 168)
EDGES = HOUR * np.array([*_AFTER, *_BEFORE])
"""Seconds to the start at which one bucket of rates ends and the next begins."""
BUCKETS = len(EDGES) + 1
FARTHEST = 60 * 24 * HOUR
_BOUNDS = np.concatenate(([-FARTHEST], EDGES, [FARTHEST]))
PRIOR_HOURS = 5.0
"""How many line-hours of sightings a prior is worth."""
ROUNDS = 40
USUAL_LINES = 60.0
SHAPE = 0.8
"""Of the distribution of lines' own rates: fits how many lines of MLB, WNBA and NFL still stand after
15 minutes to 16 hours, where one rate for all is off by a third."""
FULL = 0.97
"""The share of events that have at most as many lines as a full one."""


class Sighting(NamedTuple):
    """One event at two polls in a row: seconds to its start at either, its lines at the first, and
    how many of them had moved, were gone, or had come at the second."""

    before: float
    after: float
    lines: int
    moved: int
    gone: int
    posted: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Per hour and bucket: of a line that is there, to move or go; of one that is not, to come.
    `most` is the number of lines of an event on which everybody offers."""

    moved: Floats
    gone: Floats
    posted: Floats
    most: float


@dataclass
class Tally:
    """Sightings added up by where their interval lies and how long it is, so that a month of them
    stays a few hundred rows: [count, before, after, lines, moved, gone, posted]."""

    rows: dict[tuple[int, int, int], Floats] = field(default_factory=dict)
    sizes: Counter[int] = field(default_factory=Counter)

    def add(self, sightings: Iterable[Sighting]) -> None:
        for seen in sightings:
            long = max(1.0, seen.before - seen.after)
            first, last = np.searchsorted(EDGES, (seen.before, seen.after))
            key = (int(first), int(last), round(2 * math.log2(long)))
            row = np.array((1.0, *seen))
            self.rows[key] = self.rows[key] + row if key in self.rows else row
            if seen.lines:
                self.sizes[seen.lines] += 1

    def fade(self, factor: float) -> None:
        """Let what was seen long ago count less."""
        for row in self.rows.values():
            row *= factor
        self.rows = {key: row for key, row in self.rows.items() if row[0] > 0.01}

    def most(self) -> float:
        """The lines of a full event."""
        seen, total = 0, sum(self.sizes.values())
        for size in sorted(self.sizes):
            seen += self.sizes[size]
            if seen >= FULL * total:
                return float(size)
        return USUAL_LINES

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        rows = [[*key, *map(float, row)] for key, row in self.rows.items()]
        return {"edges": len(EDGES), "rows": rows, "sizes": sorted(self.sizes.items())}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Tally:
        """What `to_plain` gave; empty where it was made with other buckets."""
        if plain.get("edges") != len(EDGES):
            return cls()
        rows = {(int(a), int(b), int(c)): np.array(row) for a, b, c, *row in plain["rows"]}
        return cls(rows, Counter({int(size): count for size, count in plain["sizes"]}))


def _classes(count: int) -> tuple[Floats, Floats]:
    """Factors of the mean rate, and shares, of classes of lines: the nodes and weights of Gauss's
    quadrature for the Gamma distribution of SHAPE and mean 1 (Golub and Welsch 1969)."""
    steps = np.arange(count)
    middle = np.diag(2 * steps + SHAPE)
    beside = np.diag(np.sqrt(steps[1:] * (steps[1:] + SHAPE - 1)), 1)
    nodes, vectors = np.linalg.eigh(middle + beside + beside.T)
    return nodes / SHAPE, vectors[0] ** 2


FACTORS, SHARES = _classes(3)
ALIKE = (np.ones(1), np.ones(1))


def estimate(tally: Tally) -> Rates:
    """The rates that the sightings make most likely, with the priors where nothing was seen."""
    most = tally.most()
    if not tally.rows:
        return Rates(MOVED, GONE, POSTED, most)
    rows = np.array(list(tally.rows.values()))
    count, before, after = rows[:, 0], rows[:, 1] / rows[:, 0], rows[:, 2] / rows[:, 0]
    lines, moved, gone, posted = rows[:, 3:].T
    hours = exposure(before, after)
    absent = np.maximum(count * most - lines, posted)
    return Rates(
        likeliest(hours, lines - gone, moved, MOVED, (FACTORS, SHARES)),
        likeliest(hours, lines, gone, GONE, ALIKE),
        likeliest(hours, absent, posted, POSTED, ALIKE),
        most,
    )


def likeliest(
    hours: Floats,
    watched: Floats,
    changed: Floats,
    prior: Floats,
    classes: tuple[Floats, Floats],
) -> Floats:
    """Rates a bucket: `hours` (rows, buckets) were watched for `watched` lines, `changed` of which
    changed at least once; `prior` rates count as PRIOR_HOURS of watching."""
    rates, (factors, shares) = prior.copy(), classes
    for _ in range(ROUNDS):
        expected = np.maximum(hours @ rates, 1e-9)[:, None] * factors
        some = -np.expm1(-expected)
        # how many of the lines that did, and that did not, are likely to be of each class
        did = changed[:, None] * _parts(shares * some)
        did_not = (watched - changed)[:, None] * _parts(shares * (1 - some))
        times = (did / some) @ factors
        weight = (did + did_not) @ factors
        rates = (prior * PRIOR_HOURS + (times @ hours) * rates) / (PRIOR_HOURS + weight @ hours)
    return rates


def _parts(rows: Floats) -> Floats:
    total: Floats = rows / np.maximum(rows.sum(axis=1, keepdims=True), 1e-300)
    return total


def exposure(before: Floats, after: Floats) -> Floats:
    """Hours spent in each bucket while the time to the start falls from `before` to `after`."""
    high, low = np.maximum(before, after)[:, None], np.minimum(before, after)[:, None]
    inside = np.minimum(high, _BOUNDS[1:]) - np.maximum(low, _BOUNDS[:-1])
    hours: Floats = np.clip(inside, 0.0, None) / HOUR
    return hours


def spent(rates: Floats, to_start: Floats) -> Floats:
    """The rates added up from far ahead of the start until `to_start` seconds before it."""
    hours = np.diff(_BOUNDS) / HOUR
    total = np.concatenate((np.cumsum((rates * hours)[::-1])[::-1], [0.0]))
    reached: Floats = np.interp(to_start, _BOUNDS, total)
    return reached


def _prior(table: Iterable[tuple[float, float]]) -> Floats:
    """Rates a bucket from (hours to the start from which on, rate) in falling order of nearness."""
    rows = sorted(table)
    middles = (np.maximum(_BOUNDS[:-1], -4 * HOUR) + np.minimum(_BOUNDS[1:], 300 * HOUR)) / 2
    return np.array(
        [[rate for hours, rate in rows if middle >= hours * HOUR][-1] for middle in middles]
    )


_NEAR = [(-99, 22.0), (0, 5.1), (1 / 6, 1.6), (1 / 3, 1.3), (0.5, 1.05), (1, 1.0), (3, 0.75)]
_FAR = [(6, 0.62), (12, 0.34), (24, 0.28), (72, 0.05), (168, 0.016)]
MOVED = _prior([*_NEAR, *_FAR])
"""Measured on MLB and NFL in 2025 and 2026; other sports are soon learnt."""
GONE = _prior([(-99, 3.0), (-2.5, 1.7), (-2, 0.8), (-1.5, 0.05), (0, 0.01)])
POSTED = _prior([(-99, 0.05)])
