"""The boards of this process, what is known about their feeds, and the account: all in memory.

Readers take what is there without waiting. Whoever swaps a board holds `lock` until it is told, and
whoever joins a room holds it until the newcomer is served, so that nobody hears 7 before 6.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from linefinder import wire
from linefinder.domain import quota
from linefinder.domain.checksum import Texts, texts_of
from linefinder.domain.errors import StoreConflict
from linefinder.domain.feed import Facts, Feed, judge
from linefinder.domain.links import Links
from linefinder.domain.odds import Board, Position, starts_at
from linefinder.domain.stream import follow, missed

EMPTY_EPOCH = "00000000"
"""The epoch of a board that is not in the database yet."""


class Stream:
    """A board with its position, the texts of its checksum and its last updates. Never changed:
    `following` gives the next one."""

    def __init__(
        self, board: Board, texts: Texts | None = None, updates: Iterable[wire.Update] = ()
    ) -> None:
        self.board = board
        self.texts = texts_of(board.events) if texts is None else texts
        self.updates = tuple(updates)
        self.starts = [starts_at(event) for event in board.events.values()]

    @cached_property
    def events_json(self) -> bytes:
        """The events, encoded once a version however many ask."""
        return wire.encode(self.board.events)

    def following(self, board: Board, texts: Texts, update: wire.Update, keep: int) -> Stream:
        """The stream one version on, with the last `keep` updates."""
        return Stream(board, texts, (*self.updates[-(keep - 1) :][: keep - 1], update)[-keep:])

    def told(self, update: wire.Update, keep: int) -> Stream | None:
        """The stream after an update that another process made; None where it does not fit."""
        found = follow(self.board, self.texts, wire.delta_of(update))
        return self.following(*found, update, keep) if found else None

    def recover(self, held: Position | None) -> list[wire.Update] | None:
        """The updates that somebody who holds `held` lacks; None where only a snapshot helps."""
        oldest = self.updates[0].from_version if self.updates else self.board.version
        wanted = missed(held, self.board.position, oldest)
        if wanted is None:
            return None
        return [update for update in self.updates if update.version in wanted]


class Boards:
    """All streams and feeds of this process by sport key."""

    def __init__(self, odds_format: str, reserve: int | None) -> None:
        self.lock = threading.RLock()
        self.ledger = quota.Ledger()
        self.titles: dict[str, str] = {}
        self.active: dict[str, bool] = {}
        self._odds_format = odds_format
        self._reserve = reserve
        self.links: dict[str, Links] = {}
        """Links to bet slips by sport, as the last answer gave them; no part of a board."""
        self.by_hand = 0.0
        """Credits a day that manual refreshes have used of late."""
        self._streams: dict[str, Stream] = {}
        self._facts: dict[str, Facts] = {}

    def knows(self, sport: str) -> bool:
        return sport in self._streams or sport in self.titles

    def sports(self) -> list[str]:
        """The sports that have a board, in the order in which they came."""
        return list(self._streams)

    def known(self) -> list[str]:
        """The sports that can be heard, those without a board included."""
        return list({**self._streams, **self.titles})

    def stream(self, sport: str) -> Stream:
        """The stream of a sport; an empty one where it was never polled."""
        found = self._streams.get(sport)
        return found or Stream(Board(sport, EMPTY_EPOCH, self._odds_format))

    def facts(self, sport: str) -> Facts:
        return self._facts.get(sport) or Facts()

    def check_format(self, sport: str) -> None:
        """StoreConflict where a board is kept in another odds format than this process asks for: one
        that was started since, with another ODDS_FORMAT, has begun it anew."""
        kept = self.stream(sport).board.odds_format
        if kept != self._odds_format:
            words = f"{sport} is kept in {kept} odds, and ODDS_FORMAT is {self._odds_format} here"
            raise StoreConflict(f"{words}: restart this process with the settings of the others")

    def swap(self, stream: Stream) -> None:
        self._streams[stream.board.sport] = stream

    def learn(self, sport: str, **changed: Any) -> Facts:
        """Change some of what is known about a sport's feed."""
        self._facts[sport] = replace(self.facts(sport), **changed)
        return self._facts[sport]

    def reserve(self, now: datetime) -> int:
        """Credits that planned polls must leave at this moment."""
        return quota.reserve(self.ledger, self._reserve, now, self.by_hand)

    def judge(self, sport: str, now: datetime) -> Feed:
        """The sport's feed at this moment."""
        return judge(self.facts(sport), self.stream(sport).starts, now)

    def feed(self, sport: str, now: datetime) -> wire.Message:
        """The `feed` of the sport's messages."""
        credit = {
            "remaining": self.ledger.remaining,
            "used": self.ledger.used,
            "reserve": self.reserve(now) if self.ledger.size is not None else None,
        }
        return wire.feed_dict(self.judge(sport, now), credit)

    def snapshot(self, sport: str, now: datetime) -> wire.Message:
        """The board of a sport as a message."""
        stream = self.stream(sport)
        return wire.board_dict(stream.board, stream.events_json, self.feed(sport, now))
