"""What half a point is worth.

The margin of a game about a fair spread is close to normal (H. Stern, On the Probability of Winning a
Football Game, The American Statistician 45 (1991) 179-183); the standard deviations are Stern's and
those of W. Winston, Mathletics (2009), chapter 43. NFL margins fall on 3, 6 and 7 far more often than
that, because of how football is scored: the shares of these key numbers are those of the regular
seasons since 2015 (The Washington Post, The key numbers for NFL betting, 20 September 2022). Whole
results are weighted by the normal density times how much more often than by it they come.
"""

from __future__ import annotations

import math
from functools import lru_cache

DEVIATIONS = {
    "americanfootball_nfl": 13.86,
    "americanfootball_ncaaf": 16.0,
    "basketball_nba": 12.0,
    "basketball_ncaab": 10.0,
}
"""Standard deviation of the margin about the spread, in points, where one is published."""

KEY_NUMBERS = {"americanfootball_nfl": {3: 0.15, 6: 0.07, 7: 0.09}}
"""Share of games that end with such a margin, whoever wins."""

WIDEST = 80
STEPS = 24


def win_probability(points: float, deviation: float) -> float:
    """The probability that a favourite by so many points wins (Stern): 0.60 for 3.5 in the NFL."""
    return 0.5 * (1 + math.erf(points / deviation / math.sqrt(2)))


@lru_cache(maxsize=4096)
def half_point(sport: str, point: float, probability: float) -> float | None:
    """By how much half a point more raises the probability to win a spread bet.

    `point` is the bettor's (-3 gives three points), `probability` the fair one at that point; pushes
    give the stake back and count in neither. None for sports without a published deviation, and
    where the probability is not between 0 and 1. NFL -3 at 0.5: 0.039; -4.5: 0.012.
    """
    if sport not in DEVIATIONS or not 0 < probability < 1:
        return None
    low, high = -float(WIDEST), float(WIDEST)
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _covers(sport, point, middle) < probability:
            low = middle
        else:
            high = middle
    return _covers(sport, point + 0.5, high) - _covers(sport, point, high)


def _covers(sport: str, point: float, expected: float) -> float:
    """The probability that the margin, expected there, beats -point, among games that do not push."""
    deviation, lumps = DEVIATIONS[sport], _lumps(sport)
    wins = losses = 0.0
    for margin, lump in lumps:
        weight = lump * math.exp(-(((margin - expected) / deviation) ** 2) / 2)
        if margin + point > 0:
            wins += weight
        elif margin + point < 0:
            losses += weight
    return wins / (wins + losses)


@lru_cache(maxsize=16)
def _lumps(sport: str) -> tuple[tuple[int, float], ...]:
    """((margin, how much more often than by the normal law it comes), ...) for even teams."""
    deviation, keys = DEVIATIONS[sport], KEY_NUMBERS.get(sport, {})
    density = 1 / deviation / math.sqrt(2 * math.pi)
    normal = {key: 2 * density * math.exp(-((key / deviation) ** 2) / 2) for key in keys}
    rest = (1 - sum(keys.values())) / (1 - sum(normal.values()))
    return tuple(
        (margin, keys[abs(margin)] / normal[abs(margin)] if abs(margin) in keys else rest)
        for margin in range(-WIDEST, WIDEST + 1)
    )
