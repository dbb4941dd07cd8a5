"""How fast lines move, go and come, by time to the start, learnt from interval-censored sightings.

Between two polls one sees only *whether* a line changed. With one constant rate over D hours the
chance is 1 - exp(-rate D), and the most likely rate solves

    sum over changed of D / (exp(rate D) - 1) = sum over unchanged of D

(Cho and Garcia-Molina 2003; the naive count sees 63 % at rate x D = 1). Here rates differ from bucket
to bucket of an interval and have a Gamma(a, b) prior, which is solved by expectation and maximisation
(Dempster, Laird, Rubin 1977): a changed line is shared out over the buckets as the present rates say.
And some lines move often, others hardly, or come back: a line's own rate is Gamma distributed about
the bucket's, as a few classes of lines (the nodes of Gauss's quadrature). How the hour of the day
changes all that (hours.py) is found in turn with the rates, by the same expectation and maximisation.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from linefinder.domain.planner.hours import DAY, EACH, EVEN, Floats, bin_of, passed

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
PRIOR_CHANGES = 200.0
"""How many expected changes in a bin of the day its prior, that it is like any other, is worth: lines
move together, so a change says less than one of a line alone would."""
ROUNDS = 40
TURNS = 2
USUAL_LINES = 60.0
SHAPE = 0.8
"""Of the distribution of lines' own rates: fits how many lines of MLB, WNBA and NFL still stand after
15 minutes to 16 hours, where one rate for all is off by a third."""
MADE_WITH = [len(EDGES), len(EVEN)]
"""What a kept tally must have been made with."""
FULL = 0.97
"""The share of events that have at most as many lines as a full one."""


class Sighting(NamedTuple):
    """One event at two polls in a row: seconds to its start at either, its lines at the first, and
    how many of them had moved, were gone, or had come at the second, which was `at` (seconds since
    1970)."""

    before: float
    after: float
    lines: int
    moved: int
    gone: int
    posted: int
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Per hour and bucket: of a line that is there, to move or go; of one that is not, to come.
    `most` is the number of lines of an event on which everybody offers; the profiles of a
    day say how the hour changes the rates to move and to come."""

    moved: Floats
    gone: Floats
    posted: Floats
    most: float
    moved_by_hour: Floats = field(default_factory=EVEN.copy)
    posted_by_hour: Floats = field(default_factory=EVEN.copy)


class Spans(NamedTuple):
    """Intervals between two polls: seconds to the start at either, and when the second was."""

    before: Floats
    after: Floats
    at: Floats


@dataclass
class Tally:
    """Sightings added up by where their interval lies, how long it is and at what hour it ended, so
    that a month of them stays some thousand rows: [count, before, after, lines, moved, gone, posted,
    at (seconds of a day)]."""

    rows: dict[tuple[int, int, int, int], Floats] = field(default_factory=dict)
    sizes: dict[int, float] = field(default_factory=dict)

    def add(self, sightings: Iterable[Sighting]) -> None:
        for seen in sightings:
            long = max(1.0, seen.before - seen.after)
            first, last = np.searchsorted(EDGES, (seen.before, seen.after))
            key = (int(first), int(last), round(2 * math.log2(long)), bin_of(seen.at))
            row = np.array((1.0, *seen[:-1], seen.at % DAY))
            self.rows[key] = self.rows[key] + row if key in self.rows else row
            if seen.lines:
                self.sizes[seen.lines] = self.sizes.get(seen.lines, 0.0) + 1.0

    def fade(self, factor: float) -> None:
        """Let what was seen long ago count less."""
        for row in self.rows.values():
            row *= factor
        self.rows = {key: row for key, row in self.rows.items() if row[0] > 0.01}
        faded = {size: seen * factor for size, seen in self.sizes.items()}
        self.sizes = {size: seen for size, seen in faded.items() if seen > 0.01}

    def most(self) -> float:
        """The lines of a full event."""
        seen, total = 0.0, sum(self.sizes.values())
        for size in sorted(self.sizes):
            seen += self.sizes[size]
            if seen >= FULL * total:
                return float(size)
        return USUAL_LINES

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        rows = [[*key, *map(float, row)] for key, row in self.rows.items()]
        return {"edges": MADE_WITH, "rows": rows, "sizes": sorted(self.sizes.items())}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Tally:
        """What `to_plain` gave; empty where it was made with other buckets."""
        if plain.get("edges") != MADE_WITH:
            return cls()
        rows = {
            (int(first), int(last), int(long), int(hour)): np.array(row)
            for first, last, long, hour, *row in plain["rows"]
        }
        return cls(rows, {int(size): float(count) for size, count in plain["sizes"]})


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
    """The rates that the sightings make most likely, with the priors where nothing was seen. Plans are
    made more often than polls, and of the same sightings it is the same answer."""
    most = tally.most()
    if not tally.rows:
        return Rates(MOVED, GONE, POSTED, most)
    rows = np.array(list(tally.rows.values()))
    return _estimate(rows.tobytes(), rows.shape[1], most, MOVED.tobytes())


@lru_cache(maxsize=16)  # one a polled sport
def _estimate(seen: bytes, width: int, most: float, prior: bytes) -> Rates:
    rows, usual = np.frombuffer(seen).reshape(-1, width), np.frombuffer(prior)
    spans = Spans(*(rows[:, column] / rows[:, 0] for column in (1, 2, 7)))
    count, lines, moved, gone, posted = rows[:, (0, 3, 4, 5, 6)].T
    absent = np.maximum(count * most - lines, posted)
    move = by_hour(spans, lines - gone, moved, usual, (FACTORS, SHARES))
    come = by_hour(spans, absent, posted, POSTED, ALIKE)
    go = likeliest(exposure(spans), lines, gone, GONE, ALIKE)
    return Rates(move[0], go, come[0], most, move[1], come[1])


def by_hour(
    spans: Spans, watched: Floats, changed: Floats, prior: Floats, classes: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Rates a bucket, and the profile of a day, each found with the other as it stands."""
    rates, profile = likeliest(exposure(spans), watched, changed, prior, classes), EVEN
    for _ in range(TURNS):
        expected = np.stack([exposure(spans, only) @ rates for only in EACH], axis=1)
        profile = likeliest(expected, watched, changed, EVEN, classes, PRIOR_CHANGES)
        rates = likeliest(exposure(spans, profile), watched, changed, prior, classes)
    return rates, profile


def likeliest(
    hours: Floats,
    watched: Floats,
    changed: Floats,
    prior: Floats,
    classes: tuple[Floats, Floats],
    worth: float = PRIOR_HOURS,
) -> Floats:
    """Rates a bucket: `hours` (rows, buckets) were watched for `watched` lines, `changed` of which
    changed at least once; `prior` rates are worth so many hours of watching."""
    rates, (factors, shares) = prior.copy(), classes
    for _ in range(ROUNDS):
        expected = np.maximum(hours @ rates, 1e-9)[:, None] * factors
        some = -np.expm1(-expected)
        # how many of the lines that did, and that did not, are likely to be of each class
        did = changed[:, None] * _parts(shares * some)
        did_not = (watched - changed)[:, None] * _parts(shares * (1 - some))
        times = (did / some) @ factors
        weight = (did + did_not) @ factors
        rates = (prior * worth + (times @ hours) * rates) / (worth + weight @ hours)
    return rates


def _parts(rows: Floats) -> Floats:
    total: Floats = rows / np.maximum(rows.sum(axis=1, keepdims=True), 1e-300)
    return total


def exposure(spans: Spans, profile: Floats = EVEN) -> Floats:
    """Hours spent in each bucket by each span, an hour counted as the profile of the day says."""
    high = np.maximum(spans.before, spans.after)[:, None]
    low = np.minimum(spans.before, spans.after)[:, None]
    begin, end = np.clip(_BOUNDS[1:], low, high), np.clip(_BOUNDS[:-1], low, high)
    started = spans.at[:, None] + spans.after[:, None]
    hours: Floats = (passed(profile, started - end) - passed(profile, started - begin)) / HOUR
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
