"""What it costs to leave a sport unpolled from instant i to instant j: an upper triangle of costs.

`costs[i, j]` is the cost of polling at instant i and then not before instant j; the last column is
the end. The two objectives are those of the literature: staleness (Cho and Garcia-Molina 2003) is the
line-time in which what is shown is wrong, delay (Eckstein, Gal and Reiner 2008) the time that changes
wait until they are seen.
"""

from __future__ import annotations

import numpy as np

from linefinder.domain.planner.hours import Floats
from linefinder.domain.planner.outlook import Outlook
from linefinder.domain.planner.rates import FACTORS, SHARES

LARGEST = 600.0
"""Where the exponential of a hazard is as good as infinite, and still a number."""


def staleness(outlook: Outlook, end: float, watched: Floats, ghosts: float) -> Floats:
    """Expected line-seconds of wrong prices, times `watched` (a weight an instant).

    A line shown that is wrong or missing costs 1. One that is shown and gone costs `ghosts`: it makes
    the board larger rather than its right part smaller, so its cost is the share that is fresh.
    """
    steps = np.diff(np.append(outlook.instants, end)) * watched
    added = np.cumsum(np.maximum(np.triu(wrong(outlook, ghosts)), 0.0) * steps, axis=1)
    costs = np.pad(added, ((0, 0), (1, 0)))
    costs -= np.diagonal(costs)[:, None].copy()
    return costs


def wrong(outlook: Outlook, ghosts: float) -> Floats:
    """How many lines are expected to be wrong at instant j where instant i is shown."""
    lines = outlook.lines * outlook.weights[:, None]
    there = lines.sum(axis=0)
    stayed = _left(lines, outlook.gone)
    kept = sum(
        share * _left(lines, factor * outlook.moved + outlook.gone)
        for factor, share in zip(FACTORS, SHARES, strict=True)
    )
    found: Floats = there[None, :] - kept + ghosts * (there[:, None] - stayed)
    return found


def _left(lines: Floats, hazard: Floats) -> Floats:
    """How many of the lines at instant i have survived the hazard at instant j."""
    hazard = np.minimum(hazard, LARGEST)
    left: Floats = (lines * np.exp(hazard)).T @ np.exp(-hazard)
    return left


def changes(outlook: Outlook, refresh: float) -> Floats:
    """Expected changes that can be seen in each step: the provider refreshes every `refresh`
    seconds, and what moves twice between is seen once."""
    lines, weights = outlook.lines, outlook.weights
    looks = np.maximum(np.diff(outlook.instants) / refresh, 1.0)
    gone = np.diff(outlook.gone)
    moved = np.diff(outlook.moved)
    left = -np.expm1(-gone) * lines[:, :-1]
    seen = -np.expm1(-moved / looks) * looks * lines[:, :-1]
    came = np.maximum(np.diff(lines) + left, 0.0)
    per_step: Floats = weights @ (seen + left + came)
    return np.append(per_step, per_step[-1:] if len(per_step) else [0.0])


def delay(outlook: Outlook, end: float, watched: Floats, refresh: float) -> Floats:
    """Expected seconds that changes wait, times `watched`."""
    times = np.append(outlook.instants, end)
    expected = changes(outlook, refresh) * watched
    middles = (times[:-1] + times[1:]) / 2
    count = np.concatenate(([0.0], np.cumsum(expected)))
    moment = np.concatenate(([0.0], np.cumsum(expected * middles)))
    waits = times[None, :] * (count[None, :] - count[:-1, None]) - (moment - moment[:-1, None])
    costs: Floats = np.maximum(np.triu(waits), 0.0)
    return costs
