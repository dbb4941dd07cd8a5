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
from typing import Any

from linefinder.domain.odds import iso
from linefinder.domain.sports import TITLES
from linefinder.provider.sandbox.books import BOOKS, Book
from linefinder.provider.sandbox.noise import draw
from linefinder.provider.sandbox.points import points_at
from linefinder.provider.sandbox.pricing import Game, markets_of, priced, view_of
from linefinder.provider.sandbox.props import Seen, extras
from linefinder.provider.sandbox.source import Body
from linefinder.provider.sandbox.teams import LEAGUES, TEAMS

GAP = timedelta(minutes=60)
"""Between two starts of a sport, so that two or three games are always in play."""
LEADS = ((0.7, 8), (0.9, 30), (1.0, 60))
"""(share of events up to here, hours before the start when it is announced)"""
LONGEST_LEAD = timedelta(hours=60)
SHIFTED = 0.1
AWAY_SECONDS = 240.0


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
        view = view_of(sport, game, book, looked - book.lag * self._refresh / 60)
        stamp = iso(datetime.fromtimestamp(looked, UTC))
        league = LEAGUES[sport]
        markets = list(markets_of(game, book, view, league))
        if with_extras:
            seen = Seen(
                game.id, sport, game.home, game.away, view.margin, view.total, league.spread,
                book.hold, looked,
            )  # fmt: skip
            markets += [(key, priced(found, book.hold)) for key, found in extras(seen, book.key)]
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
