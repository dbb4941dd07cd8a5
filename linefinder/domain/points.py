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
    winning, losing = _sides(sport, point)
    tilt = math.exp(expected / DEVIATIONS[sport] ** 2)
    wins = sum([weight * tilt**margin for margin, weight in winning])
    return wins / (wins + sum([weight * tilt**margin for margin, weight in losing]))


@lru_cache(maxsize=1024)
def _sides(sport: str, point: float) -> tuple[tuple[tuple[int, float], ...], ...]:
    """((margin, weight), ...) of the margins that win the bet, and of those that lose it, for even
    teams. For others exp(-(margin - expected)^2 / 2 s^2) is that times exp(expected / s^2)^margin."""
    weights = _weights(sport).items()
    return (
        tuple((margin, weight) for margin, weight in weights if margin + point > 0),
        tuple((margin, weight) for margin, weight in weights if margin + point < 0),
    )


def _weights(sport: str) -> dict[int, float]:
    """{margin: how often it comes, up to a factor} for even teams."""
    deviation, keys = DEVIATIONS[sport], KEY_NUMBERS.get(sport, {})
    bells = {margin: math.exp(-((margin / deviation) ** 2) / 2) for margin in range(WIDEST + 1)}
    total = bells[0] + 2 * sum(bells[margin] for margin in range(1, WIDEST + 1))
    rest = (1 - sum(keys.values())) / (1 - sum(2 * bells[key] / total for key in keys))
    return {
        margin: keys[abs(margin)] / 2 if abs(margin) in keys else rest * bells[abs(margin)] / total
        for margin in range(-WIDEST, WIDEST + 1)
    }
