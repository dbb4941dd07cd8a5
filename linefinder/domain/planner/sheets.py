"""What a new look at an event's props is worth, beside polls of whole boards.

The same measure and the same rule as in threshold.py: lines left alone for T grow wrong at a rate
D(T), which adds up to C(T), and T D - C is what a look is worth to a viewer. It is made where that is
the price of what it costs. Nothing is learnt of props by themselves: they are taken to move as the
sport's lines do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from linefinder.domain.planner.rates import Rates, spent

MOMENTS = 24
WATCHERS = 2.0
"""What somebody who looks weighs: as a sport with one viewer does in its plan."""


class Scarcity(NamedTuple):
    """What is known beside the plan: seconds between two looks of the provider; the price of a credit
    in line-seconds, 0 where there are enough; how fast the sport's lines move."""

    refresh: float
    price: float
    rates: Rates


def is_due(
    lines: int, starts: float, at: float, now: float, cost: float, scarcity: Scarcity
) -> bool:
    """Whether lines that are watched are worth a new look of `cost` credits."""
    if now - at < scarcity.refresh:
        return False
    price = scarcity.price * cost
    return price == 0 or WATCHERS * worth(lines, starts, at, now, scarcity.rates) >= price


def worth(lines: int, starts: float, at: float, now: float, rates: Rates) -> float:
    """In line-seconds a viewer, of `lines` as they were at `at`; times are seconds since 1970."""
    if now <= at:
        return 0.0
    times = np.linspace(at, now, MOMENTS)
    moves = spent(rates.moved + rates.gone, starts - times)
    wrong = lines * -np.expm1(moves[0] - moves)
    return max(0.0, float((now - at) * wrong[-1] - np.trapezoid(wrong, times)))
