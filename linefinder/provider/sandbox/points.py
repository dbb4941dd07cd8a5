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
    return _points(sport, game, strength, league, max(0, int(played.total_seconds() // TICK)))


@lru_cache(maxsize=GAMES)
def _points(sport: str, game: str, strength: float, league: League, ticks: int) -> tuple[int, int]:
    counts = COUNTS.get(sport.partition("_")[0], ONE)
    usual = sum(
        (share - before) * count
        for (share, count), before in zip(
            counts, (0.0, *(share for share, _ in counts)), strict=False
        )
    )
    chance = league.total / (league.lasts * 60 / TICK) / usual
    home = away = 0
    for tick in range(ticks):
        name = f"{game}:score:{tick}"
        if draw(name) < chance:
            part = draw(f"{name}:counts")
            count = next(count for share, count in counts if part <= share)
            lead = 0.35 * (strength + noise(f"{game}:{sport}:p", tick * TICK, 2700))
            if draw(f"{name}:who") < 1 / (1 + math.exp(-lead)):
                home += count
            else:
                away += count
    return home, away
