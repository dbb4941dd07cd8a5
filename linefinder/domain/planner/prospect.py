"""What polls are worth to viewers: how much of the time that matters a board will be live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from linefinder.domain.feed import LAST_LIMIT, LIMITS
from linefinder.domain.planner.hours import Floats
from linefinder.domain.planner.rates import HOUR

BEFORE, PLAYS = 3 * HOUR, 3 * HOUR
"""People look from so long before the start until so long after it."""
STEP = 30.0


class Prospect(NamedTuple):
    """name: what it is a prospect of; credits: what it spends until `days` from now; polls: of each
    sport a day; live: the share of the evenings of the coming day that is live, None without any."""

    name: str
    credits: float
    days: float
    polls: Mapping[str, float]
    live: float | None


def share_live(
    sports: Iterable[tuple[Sequence[float], Sequence[float]]], begin: float, end: float
) -> float | None:
    """The share of all events' evenings between `begin` and `end` in which the data is within its
    limit (feed.py). `sports`: (times of polls, starts of events) of each; times in seconds."""
    good = total = 0
    times = np.arange(begin, end, STEP)
    for polls, starts in sports:
        ages = _ages(np.sort(np.asarray(polls, float)), times)
        for start in starts:
            evening = (times >= start - BEFORE) & (times <= start + PLAYS)
            total += int(evening.sum())
            good += int((ages[evening] <= _limits(start - times[evening])).sum())
    return good / total if total else None


def _ages(polls: Floats, times: Floats) -> Floats:
    last = np.searchsorted(polls, times, "right") - 1
    known = np.append(polls, -np.inf)  # place -1: before the first poll nothing is known
    ages: Floats = times - known[last]
    return ages


def _limits(to_start: Floats) -> Floats:
    within = np.array([row[0].total_seconds() for row in LIMITS])
    oldest = np.array([row[1].total_seconds() for row in LIMITS] + [LAST_LIMIT.total_seconds()])
    found: Floats = oldest[np.searchsorted(within, to_start)]
    return found
