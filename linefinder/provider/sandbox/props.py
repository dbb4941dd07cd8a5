"""The sandbox's props and alternates: made-up players, lines that move with the game's. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from linefinder.provider.sandbox.noise import draw, noise

Outcomes = list[dict[str, Any]]

_FIRST = (
    "Adrian", "Bo", "Cal", "Dante", "Eli", "Finn", "Gus", "Hal", "Idris", "Jonah", "Kai", "Lev", "Milo",
    "Nico", "Oscar", "Pax", "Quin", "Rafe",
)  # fmt: skip
_LAST = (
    "Abara", "Birkett", "Calloway", "Dunmore", "Eastgate", "Farrow", "Galvez", "Holloway", "Ibarra",
    "Jessup", "Kowalczyk", "Lindqvist", "Marchetti", "Nakata", "Okonjo", "Pellerin", "Quaresma",
    "Rosengren", "Saarinen", "Tavares",
)  # fmt: skip


class Kind(NamedTuple):
    """A market of players: the usual line, how far players differ, and the spread of a game."""

    market: str
    usual: float
    differ: float
    spread: float


KINDS: dict[str, tuple[Kind, ...]] = {
    "basketball": (
        Kind("player_points", 19.5, 8.0, 6.5),
        Kind("player_rebounds", 6.5, 3.0, 2.6),
        Kind("player_assists", 4.5, 2.5, 2.2),
    ),
    "americanfootball": (
        Kind("player_pass_yds", 231.5, 40.0, 68.0),
        Kind("player_rush_yds", 48.5, 25.0, 27.0),
        Kind("player_receptions", 4.5, 2.0, 2.0),
    ),
    "baseball": (
        Kind("pitcher_strikeouts", 5.5, 1.6, 2.1),
        Kind("batter_total_bases", 1.5, 0.6, 1.4),
    ),
    "icehockey": (
        Kind("player_shots_on_goal", 2.5, 1.0, 1.5),
        Kind("player_points", 0.5, 0.4, 0.8),
    ),
    "soccer": (Kind("player_shots", 2.5, 1.2, 1.4),),
}
SCORERS = {
    "americanfootball": "player_anytime_td",
    "soccer": "player_goal_scorer_anytime",
}
PLAYERS = 5
"""Of each team."""
RUNGS = (-2, -1, 1, 2)
"""Where alternates stand beside the main line, in steps."""


class Seen(NamedTuple):
    """A game as one bookmaker sees it at a moment: its id and sport, the teams, the expected difference
    and total and their spread, the share that the book keeps, and when that is."""

    game: str
    sport: str
    home: str
    away: str
    margin: float
    total: float
    spread: float
    hold: float
    when: float


def players(game: str, team: str) -> list[str]:
    """The names that a team's players have in a game."""
    return [
        f"{_FIRST[int(draw(f'{game}:{team}:{n}:first') * len(_FIRST))]} "
        f"{_LAST[int(draw(f'{game}:{team}:{n}:last') * len(_LAST))]}"
        for n in range(PLAYERS)
    ]


def extras(seen: Seen, book: str) -> Iterator[tuple[str, Outcomes]]:
    """(market, outcomes with chances instead of prices) beside the featured ones."""
    yield "alternate_spreads", list(_spreads(seen))
    yield "alternate_totals", list(_totals(seen.total, seen.spread))
    yield "team_totals", [
        {**outcome, "description": team}
        for team, share in ((seen.home, 1), (seen.away, -1))
        for outcome in _line(
            (seen.total + share * seen.margin) / 2, _half((seen.total + share * seen.margin) / 2),
            seen.spread * 0.7,
        )
    ]  # fmt: skip
    group = seen.sport.partition("_")[0]
    for kind in KINDS.get(group, ()):
        if draw(f"{seen.game}:{book}:{kind.market}") < 0.8:  # not every book offers everything
            yield kind.market, list(_players(seen, book, kind))
            yield f"{kind.market}_alternate", list(_players(seen, book, kind, RUNGS))
    if group in SCORERS:
        yield SCORERS[group], list(_scorers(seen))


def _players(seen: Seen, book: str, kind: Kind, rungs: tuple[int, ...] = (0,)) -> Iterator[Any]:
    for team in (seen.home, seen.away):
        for name in players(seen.game, team):
            path = f"{seen.game}:{name}:{kind.market}"
            mean = kind.usual + kind.differ * (2 * draw(path) - 1)
            mean += kind.spread * (
                0.15 * noise(path, seen.when, 7200)
                + 0.03 * noise(f"{path}:{book}", seen.when, 3600)
            )
            step = max(1, round(kind.spread / 3))
            for rung in rungs:
                point = _half(max(0.0, mean)) + rung * step
                if point > 0:
                    for outcome in _line(mean, point, kind.spread):
                        yield {**outcome, "description": name}


def _scorers(seen: Seen) -> Iterator[dict[str, Any]]:
    for team in (seen.home, seen.away):
        for name in players(seen.game, team):
            chance = 0.08 + 0.4 * draw(f"{seen.game}:{name}:scores")
            yield {"name": "Yes", "description": name, "chance": chance}


def _spreads(seen: Seen) -> Iterator[dict[str, Any]]:
    step = max(1.0, round(seen.spread / 6))
    for rung in RUNGS:
        point = _half(seen.margin) + rung * step
        covers = _chance((seen.margin - point) / seen.spread)
        yield {"name": seen.home, "point": -point, "chance": covers}
        yield {"name": seen.away, "point": point, "chance": 1 - covers}


def _totals(total: float, spread: float) -> Iterator[dict[str, Any]]:
    step = max(1.0, round(spread / 6))
    for rung in RUNGS:
        point = _half(total) + rung * step
        if point > 0:
            yield from _line(total, point, spread)


def _line(mean: float, point: float, spread: float) -> Iterator[dict[str, Any]]:
    over = _chance((mean - point) / max(0.5, spread))
    yield {"name": "Over", "point": point, "chance": over}
    yield {"name": "Under", "point": point, "chance": 1 - over}


def _half(value: float) -> float:
    return math.floor(value) + 0.5


def _chance(deviations: float) -> float:
    return 0.5 * (1 + math.erf(deviations / math.sqrt(2)))
