"""A lively made-up season. Pure: what it answers depends on (seed, sport, moment) and nothing else.

So a restarted demo goes on with the same events and prices. Every path is value noise: numbers drawn by
hash at fixed instants with smooth curves between, in octaves; no state, random access in time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from random import Random
from typing import Any, NamedTuple

from linefinder.domain.odds import iso
from linefinder.domain.sports import TITLES
from linefinder.provider.sandbox.books import BOOKS, Book
from linefinder.provider.sandbox.noise import draw, noise, stray
from linefinder.provider.sandbox.points import points_at
from linefinder.provider.sandbox.props import Outcomes, Seen, extras
from linefinder.provider.sandbox.source import Body
from linefinder.provider.sandbox.teams import LEAGUES, TEAMS, League

GAP = timedelta(minutes=60)
"""Between two starts of a sport, so that two or three games are always in play."""
LEADS = ((0.7, 8), (0.9, 30), (1.0, 60))
"""(share of events up to here, hours before the start when it is announced)"""
LONGEST_LEAD = timedelta(hours=60)
SHIFTED = 0.1
AWAY_SECONDS = 240.0
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


class Season:
    """`refresh_seconds`: how often the sandbox looks at a bookmaker; the demo's is 3."""

    def __init__(
        self, sports: tuple[str, ...], seed: int = 1, refresh_seconds: float = 3.0
    ) -> None:
        self._sports = [sport for sport in sports if sport in LEAGUES]
        self._seed, self._refresh = seed, refresh_seconds

    def sports(self) -> list[str]:
        return list(self._sports)

    def step(self, index: int | None) -> None:
        if index is not None:
            raise ValueError("a season can't be stepped; play a recording")

    def state(self, at: datetime) -> dict[str, Any]:
        return {"source": "season", "seed": self._seed, "refresh_seconds": self._refresh}

    def odds(self, sport: str, at: datetime) -> Body:
        if sport not in self._sports:
            return []
        return [self._event(sport, game, at) for game in self._games(sport, at)]

    def event(self, sport: str, event: str, at: datetime) -> dict[str, Any] | None:
        """One game with all its markets, props and alternates among them."""
        if sport not in self._sports:
            return None
        games = (game for game in self._games(sport, at) if game.id == event)
        game = next(games, None)
        return self._event(sport, game, at, with_extras=True) if game else None

    def scores(self, sport: str, at: datetime, days: int) -> Body:
        if sport not in self._sports:
            return []
        return [self._score(sport, game, at) for game in self._games(sport, at, timedelta(days))]

    def _score(self, sport: str, game: Game, at: datetime) -> dict[str, Any]:
        begun = game.starts <= at
        seen = min(at, game.ends)
        points = points_at(sport, game.id, game.strength, LEAGUES[sport], seen - game.starts)
        return {
            "id": game.id,
            "sport_key": sport,
            "sport_title": TITLES[sport],
            "commence_time": iso(game.starts),
            "completed": at >= game.ends,
            "home_team": game.home,
            "away_team": game.away,
            "scores": [
                {"name": team, "score": str(count)}
                for team, count in zip((game.home, game.away), points, strict=True)
            ]
            if begun
            else None,
            "last_update": iso(seen) if begun else None,
        }

    # -- the schedule -------------------------------------------------------------------------

    def _games(self, sport: str, at: datetime, past: timedelta = timedelta(0)) -> Iterator[Game]:
        """The games that are announced and have not ended, or ended no longer than `past` ago."""
        lasts = timedelta(minutes=LEAGUES[sport].lasts) + past
        first = math.floor((at - lasts).timestamp() / GAP.total_seconds()) - 1
        last = math.ceil((at + LONGEST_LEAD).timestamp() / GAP.total_seconds())
        for number in range(first, last + 1):
            game = self._game(sport, number, at)
            if game.announced <= at < game.ends + past:
                yield game

    def _game(self, sport: str, number: int, at: datetime) -> Game:
        name = f"{self._seed}:{sport}:{number}"
        starts = datetime.fromtimestamp(number * GAP.total_seconds(), UTC)
        lead = next(hours for share, hours in LEADS if draw(f"{name}:lead") <= share)
        announced = starts - timedelta(hours=lead)
        if draw(f"{name}:shift") < SHIFTED and at > starts - timedelta(hours=2):
            starts += timedelta(minutes=10)
        home, away = self._pair(sport, number)
        return Game(
            blake2b(name.encode(), digest_size=16).hexdigest(),
            home,
            away,
            starts,
            announced,
            starts + timedelta(minutes=LEAGUES[sport].lasts),
            1.6 * (draw(f"{name}:strength") - 0.45),
            LEAGUES[sport].total * (0.94 + 0.12 * draw(f"{name}:total")),
        )

    def _pair(self, sport: str, number: int) -> tuple[str, str]:
        """One half of the teams meets the other, a place further each round: nobody plays twice
        within a round less one game."""
        teams = list(TEAMS[sport])
        Random(f"{self._seed}:{sport}").shuffle(teams)
        half = len(teams) // 2
        turn, place = divmod(number, half)
        return teams[place], teams[half + (place + turn) % half]

    # -- the prices ---------------------------------------------------------------------------

    def _event(
        self, sport: str, game: Game, at: datetime, with_extras: bool = False
    ) -> dict[str, Any]:
        books = (self._book(sport, game, book, at, with_extras) for book in BOOKS)
        return {
            "id": game.id,
            "sport_key": sport,
            "sport_title": TITLES[sport],
            "commence_time": iso(game.starts),
            "home_team": game.home,
            "away_team": game.away,
            "bookmakers": [book for book in books if book],
        }

    def _book(
        self, sport: str, game: Game, book: Book, at: datetime, with_extras: bool
    ) -> dict[str, Any] | None:
        name = f"{game.id}:{book.key}"
        every = self._refresh * book.every
        phase = every * draw(f"{name}:phase")
        looked = math.floor((at.timestamp() - phase) / every) * every + phase
        if self._is_away(game, name, looked):
            return None
        view = self._view(sport, game, book, looked - book.lag * self._refresh / 60)
        stamp = iso(datetime.fromtimestamp(looked, UTC))
        league = LEAGUES[sport]
        markets = list(_markets(game, book, view, league))
        if with_extras:
            seen = Seen(
                game.id, sport, game.home, game.away, view.margin, view.total, league.spread,
                book.hold, looked,
            )  # fmt: skip
            markets += [(key, _priced(found, book.hold)) for key, found in extras(seen, book.key)]
        return {
            "key": book.key,
            "title": book.title,
            "last_update": stamp,
            "markets": [
                {"key": key, "last_update": stamp, "outcomes": outcomes}
                for key, outcomes in markets
            ],
        }

    def _is_away(self, game: Game, name: str, when: float) -> bool:
        """Books post an opener later than others, and leave the board now and then."""
        if when < game.announced.timestamp() + 5400 * draw(f"{name}:late"):
            return True
        in_play = when >= game.starts.timestamp()
        return draw(f"{name}:{when // AWAY_SECONDS}") < (0.06 if in_play else 0.015)

    def _view(self, sport: str, game: Game, book: Book, when: float) -> View:
        league, name = LEAGUES[sport], f"{game.id}:{sport}"
        to_start = game.starts.timestamp() - when
        near = 1 / (1 + max(0.0, to_start) / 7200)
        logit = game.strength + 0.25 * noise(f"{name}:d", when, 21600)
        logit += near * (
            0.10 * noise(f"{name}:h", when, 2400) + 0.05 * noise(f"{name}:m", when, 300)
        )
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


def _markets(
    game: Game, book: Book, view: View, league: League
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
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


def _priced(outcomes: Outcomes, hold: float) -> Outcomes:
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
