"""What a bookmaker makes of a game: its markets, its hold, its prices."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from linefinder.provider.sandbox.books import Book
from linefinder.provider.sandbox.noise import noise, stray
from linefinder.provider.sandbox.points import points_at
from linefinder.provider.sandbox.props import Outcomes
from linefinder.provider.sandbox.teams import LEAGUES, League

LOGISTIC = 1.7
"""A logistic curve so much steeper is all but the normal one."""
LAST = 0.03
"""The share of a game in which it is never quite decided."""


class Game(NamedTuple):
    id: str
    home: str
    away: str
    starts: datetime
    announced: datetime
    ends: datetime
    strength: float
    total: float


class View(NamedTuple):
    """The game as a bookmaker sees it: log-odds of the home team, expected difference and total."""

    logit: float
    margin: float
    total: float


def view_of(sport: str, game: Game, book: Book, when: float) -> View:
    """A game as a bookmaker sees it at a moment: noise, what the score says, and what is its own."""
    league, name = LEAGUES[sport], f"{game.id}:{sport}"
    to_start = game.starts.timestamp() - when
    near = 1 / (1 + max(0.0, to_start) / 7200)
    logit = game.strength + 0.25 * noise(f"{name}:d", when, 21600)
    logit += near * (0.10 * noise(f"{name}:h", when, 2400) + 0.05 * noise(f"{name}:m", when, 300))
    total = game.total * (1 + 0.015 * near * noise(f"{name}:t", when, 3600))
    scale = league.swing or league.spread / 2.2
    margin = logit * scale
    if to_start < 0:
        # what the score says, and what the rest of the game may still bring
        rest = 1 - min(1.0, -to_start / (60 * league.lasts))
        played = timedelta(seconds=-to_start)
        home, away = points_at(sport, game.id, game.strength, league, played)
        margin = home - away + margin * rest
        logit = LOGISTIC * margin / (league.spread * math.sqrt(max(rest, LAST)))
        logit += 0.15 * noise(f"{name}:q", when, 150)
        total = home + away + total * rest
    off = book.off * noise(f"{name}:{book.key}", when, 1800)
    off += stray(f"{name}:{book.key}", when)
    return View(max(-4.0, min(4.0, logit + off)), margin + off * scale, total)


def markets_of(
    game: Game, book: Book, view: View, league: League
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(market, outcomes) of a game, as a bookmaker sees it."""
    chance = 1 / (1 + math.exp(-view.logit))
    ways = {game.home: chance, game.away: 1 - chance}
    if league.draws:
        draw = 0.27 * (1 - (2 * chance - 1) ** 2)
        ways = {game.home: chance * (1 - draw), game.away: (1 - chance) * (1 - draw), "Draw": draw}
    yield "h2h", _outcomes(ways, book.hold)
    if book.exchange:
        yield "h2h_lay", _outcomes(ways, -book.hold)
    yield "spreads", _two_ways(game, book, view, league)
    total = _half(view.total)
    over = _chance((view.total - total) / max(1.0, league.spread))
    points = {"Over": total, "Under": total}
    yield "totals", _outcomes({"Over": over, "Under": 1 - over}, book.hold, points)


def _two_ways(game: Game, book: Book, view: View, league: League) -> list[dict[str, Any]]:
    """The favourite gives points; baseball and hockey always 1.5."""
    line = _half(view.margin) if league.swing else math.copysign(1.5, view.margin)
    line = line or 0.5
    covers = _chance((view.margin - line) / league.spread)
    points = {game.home: -line, game.away: line}
    return _outcomes({game.home: covers, game.away: 1 - covers}, book.hold, points)


def _outcomes(
    ways: dict[str, float], hold: float, points: dict[str, float] | None = None
) -> list[dict[str, Any]]:
    found = []
    for name, chance in ways.items():
        outcome: dict[str, Any] = {"name": name, "price": _american(chance * (1 + hold))}
        if points:
            outcome["point"] = points[name]
        found.append(outcome)
    return found


def priced(outcomes: Outcomes, hold: float) -> Outcomes:
    """Chances as prices."""
    return [
        {**{key: value for key, value in outcome.items() if key != "chance"},
         "price": _american(outcome["chance"] * (1 + hold))}
        for outcome in outcomes
    ]  # fmt: skip


def _american(chance: float) -> int:
    """A price as books show them: steps of 1 near even money, then of 5, 10, 25, 100."""
    chance = max(0.004, min(0.985, chance))
    fair = 100 * chance / (1 - chance) if chance >= 0.5 else 100 * (1 - chance) / chance
    step = next(
        step
        for most, step in ((130, 2), (250, 5), (500, 10), (1500, 50), (1e9, 100))
        if fair < most
    )
    # rounded against the bettor, as books do: the sum of the chances stays over 1
    size = math.ceil(fair / step) * step if chance >= 0.5 else math.floor(fair / step) * step
    size = max(100, size)
    return -size if chance >= 0.5 else size


def _half(value: float) -> float:
    """The nearest half number that is no whole one, so that no bet is a push."""
    return math.floor(value) + 0.5


def _chance(deviations: float) -> float:
    """The normal distribution's share below so many standard deviations."""
    return 0.5 * (1 + math.erf(deviations / math.sqrt(2)))
