"""What is to be expected of a sport's fixtures at every instant ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from linefinder.domain.planner.hours import Floats, factors
from linefinder.domain.planner.rates import Rates, spent

CERTAIN = 50.0
"""A hazard that leaves nothing."""


class Fixture(NamedTuple):
    """An event as the planner sees it: when it starts; its lines at the first instant; from when to
    when it is on the schedule; how likely it is to exist at all."""

    start: float
    lines: float = 0.0
    listed: float = -np.inf
    gone: float = np.inf
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """Arrays of (fixtures, instants): the expected number of lines; how much chance to go, and to
    move, a line has had since the first instant (as a hazard added up)."""

    instants: Floats
    weights: Floats
    lines: Floats
    gone: Floats
    moved: Floats


def expect(fixtures: Sequence[Fixture], instants: Floats, rates: Rates) -> Outlook:
    """The outlook of `fixtures` at `instants`, the first of which is when `lines` were seen."""
    start, seen, listed, until, weight = np.array(fixtures, float).reshape(-1, 5).T[:, :, None]
    to_start = start - instants
    moved, gone, posted = (
        np.diff(spent(rate, to_start)) for rate in (rates.moved, rates.gone, rates.posted)
    )
    moved = moved * factors(rates.moved_by_hour, instants)
    posted = posted * factors(rates.posted_by_hour, instants)
    ended = until <= instants[1:]
    gone = np.where(ended, CERTAIN, gone)
    moved = np.where(until <= instants[:-1], 0.0, moved)
    posted = np.where(ended | (instants[1:] < listed), 0.0, posted)
    lines = _grown(seen[:, 0], np.exp(-gone), -np.expm1(-posted), rates.most)
    return Outlook(instants, weight[:, 0], lines, _added_up(gone), _added_up(moved))


def _grown(lines: Floats, stays: Floats, comes: Floats, most: float) -> Floats:
    """How many lines there are step by step: some go, and some of those that lack come."""
    rows = [lines]
    for stay, come in zip(stays.T, comes.T, strict=True):
        lines = (lines + np.maximum(0.0, most - lines) * come) * stay
        rows.append(lines)
    return np.array(rows).T


def _added_up(hazard: Floats) -> Floats:
    sums = np.cumsum(hazard, axis=1)
    return np.pad(sums, ((0, 0), (1, 0)))
