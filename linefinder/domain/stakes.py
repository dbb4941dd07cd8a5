"""How much to stake: of an arbitrage or a middle on each side, and of a value at all.

Stakes of all sides are in proportion to 1 / price, so that each returns the same (edges.stakes);
rounded as people bet, because nobody else stakes 487.81, and books know it. Of the roundings up and
down the one that leaves the most in its worst case is taken.

Of a value the share of a bankroll that makes it grow fastest is edge / (price - 1) (J. L. Kelly, A New
Interpretation of Information Rate, Bell System Technical Journal 35 (1956) 917-926). Its probability is
never sure, so that a part of it is staked (E. O. Thorp, The Kelly Criterion in Blackjack, Sports
Betting, and the Stock Market, Handbook of Asset and Liability Management 1 (2006) 385-428).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

STEPS = ((50.0, 1), (250.0, 5), (1000.0, 10), (math.inf, 50))
"""(stakes up to here, are multiples of this)."""
KELLY = (1.0, 0.5, 0.25)
"""Parts of the Kelly share that are offered."""
FINE = 1e9


class Split(NamedTuple):
    """A stake on each side, and what they leave at least, whichever side wins (below 0 a loss)."""

    stakes: tuple[int, ...]
    least: float


def step_of(stake: float) -> int:
    """The step in which people bet stakes of this size."""
    return next(step for most, step in STEPS if stake <= most)


def split(total: float, prices: Sequence[float]) -> Split:
    """About `total` over all sides at these decimal prices; nothing is 0. ValueError for a total that
    is not above 0."""
    if not 0 < total < math.inf:
        raise ValueError(f"a total is above 0, not {total}")
    whole = sum([1 / price for price in prices])
    choices = [_roundings(total / price / whole) for price in prices]
    return max((_split(stakes, prices) for stakes in product(*choices)), key=_merit)


def _roundings(ideal: float) -> list[int]:
    step = step_of(ideal)
    below = math.floor(ideal / step) * step
    return sorted({max(step, below), below + step})


def _split(stakes: tuple[int, ...], prices: Sequence[float]) -> Split:
    returns = [stake * price for stake, price in zip(stakes, prices, strict=True)]
    return Split(stakes, min(returns) - sum(stakes))


def _merit(found: Split) -> tuple[int, tuple[int, ...]]:
    """What it leaves as a share of what it takes; of equals the smaller stakes."""
    share = math.floor(FINE * found.least / sum(found.stakes) + 0.5)
    return share, tuple(-stake for stake in found.stakes)


def kelly(probability: float, price: float) -> float:
    """The share of a bankroll that makes it grow fastest; 0 where there is no edge."""
    return max(0.0, (probability * price - 1) / (price - 1))


def kelly_stake(bankroll: float, part: float, probability: float, price: float) -> int:
    """A part of that as a stake, rounded down as people bet; 0 where that is less than 1."""
    ideal = bankroll * part * kelly(probability, price)
    step = step_of(ideal)
    return math.floor(ideal / step + 1 / FINE) * step
