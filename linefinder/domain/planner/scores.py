"""What a new look at the scores of a sport is worth, beside polls of its board.

The measure is that of the polls (threshold.py): what is shown grows wrong at a rate D(T) and adds up to
C(T), and T D - C is what a look is worth to a viewer. A score is wrong from the first change on, and
changes come at the rate at which a sport scores: D = n (1 - exp(-rate T)), C its integral.
"""

from __future__ import annotations

import math

from linefinder.domain.planner.sheets import Scarcity

REFRESH_SECONDS = 30.0
"""How often the provider itself looks at scores."""
LINES = 20.0
"""A score stands beside all lines of its game: a wrong one counts as so many wrong lines."""
HOURLY = {
    "basketball": 12.0,
    "americanfootball": 4.0,
    "baseball": 4.0,
    "icehockey": 3.0,
    "soccer": 1.5,
}
"""How often a score comes to say something else in an hour of play, in round numbers of a usual game:
mostly with each change; in basketball, where one comes each minute, not with each basket. A score that
is wrong again at once would be worth no look at all, and an old one is better than none."""
OTHERWISE = 10.0


def is_due(
    sport: str, games: int, at: float, now: float, cost: int, viewers: int, scarcity: Scarcity
) -> bool:
    """Whether the scores of `games` as they stand since `at` are worth a look of `cost` credits."""
    if not games or not viewers or now - at < max(REFRESH_SECONDS, scarcity.refresh):
        return False
    price = scarcity.price * cost
    return price == 0 or viewers * worth(sport, games, now - at) >= price


def worth(sport: str, games: int, seconds: float) -> float:
    """In line-seconds a viewer, of scores that were left alone for so long."""
    rate = HOURLY.get(sport.partition("_")[0], OTHERWISE) / 3600
    wrong = -math.expm1(-rate * seconds)
    summed = seconds - wrong / rate
    return LINES * games * (seconds * wrong - summed)
