"""The sandbox's scores: points fall as they usually do, more often to who is the favourite. Pure."""

from __future__ import annotations

import math
from datetime import timedelta
from functools import lru_cache

from linefinder.provider.sandbox.noise import draw, noise
from linefinder.provider.sandbox.teams import League

TICK = 20.0
"""Seconds of play in which at most one team scores."""
COUNTS = {"basketball": ((0.75, 2), (0.92, 3), (1.0, 1)), "americanfootball": ((0.62, 7), (1.0, 3))}
"""(share of scores up to here, what one counts)"""
ONE = ((1.0, 1),)
GAMES = 256


def points_at(
    sport: str, game: str, strength: float, league: League, played: timedelta
) -> tuple[int, int]:
    """What the home team and the other have after so much play; never less than before."""
    course = _course(sport, game, strength, league)
    return course[min(max(0, int(played.total_seconds() // TICK)), len(course) - 1)]


@lru_cache(maxsize=GAMES)
def _course(sport: str, game: str, strength: float, league: League) -> list[tuple[int, int]]:
    """What both have after each tick, from none to all."""
    counts = COUNTS.get(sport.partition("_")[0], ONE)
    shares = (0.0, *(share for share, _ in counts))
    usual = sum(
        (share - before) * count for (share, count), before in zip(counts, shares, strict=False)
    )
    ticks = round(league.lasts * 60 / TICK)
    chance = league.total / ticks / usual
    # so that the teams end as far apart as the odds before the start say
    edge = 2 * (league.swing or league.spread / 2.2) / league.total
    home = away = 0
    course = [(home, away)]
    for tick in range(ticks):
        name = f"{game}:score:{tick}"
        if draw(name) < chance:
            part = draw(f"{name}:counts")
            count = next(count for share, count in counts if part <= share)
            lead = edge * (strength + noise(f"{game}:{sport}:p", tick * TICK, 2700))
            if draw(f"{name}:who") < 1 / (1 + math.exp(-lead)):
                home += count
            else:
                away += count
        course.append((home, away))
    return course
