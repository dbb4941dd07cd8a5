"""A board that moves for ever: the same updates for every server that is measured."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from linefinder import wire
from linefinder.board import Boards, Stream
from linefinder.domain.odds import Board, Events, Odds
from linefinder.domain.stream import advance

SPORT, EPOCH = "basketball_nba", "be9c4000"
EVENTS, BOOKS, SHARE = 30, 8, 0.06
START = datetime(2026, 11, 23, 21, tzinfo=UTC)


class Season:
    """`boards` holds the board; `move` makes its next version and gives the update."""

    def __init__(self, boards: Boards | None = None) -> None:
        self.boards = boards or Boards("american", None)
        self.now = START
        self._chance = random.Random(11)
        self._prices = [-110] * (EVENTS * BOOKS * 6)
        self.boards.titles[SPORT] = "NBA"
        self.boards.swap(Stream(Board(SPORT, EPOCH, "american")))
        self.move()

    def move(self) -> wire.Update:
        """Some lines move; the board is swapped and the update is to be told. `spent`: its CPU."""
        began = time.process_time()
        self.now += timedelta(seconds=60)
        for place in range(len(self._prices)):
            if self._chance.random() < SHARE:
                self._prices[place] += self._chance.choice((-5, 5, 10))
        stream = self.boards.stream(SPORT)
        books = {f"book{n}": f"Book {n}" for n in range(BOOKS)}
        odds = Odds(self._events(), books, {})
        board, texts, delta = advance(stream.board, stream.texts, odds, self.now)
        assert delta is not None
        update = wire.update_of(EPOCH, delta)
        self.boards.swap(stream.following(board, texts, update, 64))
        self.boards.learn(SPORT, data_at=self.now)
        self.spent = time.process_time() - began
        return update

    def message(self, update: wire.Update) -> wire.Message:
        return wire.update_dict(SPORT, update, self.boards.feed(SPORT, self.now))

    def _events(self) -> Events:
        prices = iter(self._prices)
        events: dict[str, Any] = {}
        for number in range(EVENTS):
            home, away = f"Home Team {number}", f"Visiting Team {number}"
            lines = {}
            for book in range(BOOKS):
                lines[f"book{book}"] = {
                    "h2h": {home: (next(prices), None), away: (next(prices), None)},
                    "spreads": {home: (next(prices), -4.5), away: (next(prices), 4.5)},
                    "totals": {"Over": (next(prices), 221.5), "Under": (next(prices), 221.5)},
                }
            starts = "2026-11-30T00:10:00Z"
            events[f"{number:032x}"] = {
                "home": home,
                "away": away,
                "starts_at": starts,
                "lines": lines,
            }
        return events
