"""Telling the rooms, of sockets and of listeners: updates, feed statuses, heartbeats, and goodbye."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from linefinder import wire
from linefinder.board import Boards
from linefinder.live.listeners import Listeners

HEARTBEAT = timedelta(seconds=30)
SPREAD_SECONDS = 5.0


class Teller:
    """Speaks to rooms only: one message serves all who hear a sport. `Boards.lock` is held from
    looking at a board until it is told, so that nobody hears how 6 stands after 7."""

    def __init__(
        self,
        socketio: Any,
        listeners: Listeners,
        boards: Boards,
        now: Callable[[], datetime],
    ) -> None:
        self._socketio, self._listeners, self._boards, self._now = socketio, listeners, boards, now
        self._told: dict[str, tuple[tuple[Any, ...], datetime]] = {}

    def update(self, sport: str, update: wire.Update) -> None:
        """Tell a room what changed."""
        feed = self._feed(sport)
        self._emit(wire.UPDATE, wire.update_dict(sport, update, feed), sport)

    def status(self, sport: str) -> None:
        """Tell a room how its data stands."""
        with self._boards.lock:
            board = self._boards.stream(sport).board
            self._emit(wire.STATUS, wire.status_dict(board, self._feed(sport)), sport)

    def status_if_changed(self, sport: str) -> None:
        """Tell a room at once when its status is another than it was last told."""
        told = self._told.get(sport)
        if told is None or told[0] != self._judged(sport):
            self.status(sport)

    def tick(self) -> None:
        """Each second: statuses that changed with time, and a heartbeat after silence."""
        now = self._now()
        for sport in self._boards.known():
            told = self._told.get(sport)
            if told is None or told[0] != self._judged(sport):
                self.status(sport)
            elif now - told[1] >= HEARTBEAT:
                self._told[sport] = (told[0], now)
                self._heartbeat(sport, now)

    def _heartbeat(self, sport: str, now: datetime) -> None:
        with self._boards.lock:
            board, feed = self._boards.stream(sport).board, self._boards.feed(sport, now)
            self._emit(wire.STATUS, wire.heartbeat_dict(board, feed), sport)

    def goodbye(self, reason: str) -> None:
        """Tell everyone that the server goes, and when to come back: spread out, not all at once."""
        spread = 1 + random.random() * SPREAD_SECONDS
        message = {"retry_after": round(spread, 1), "reason": reason}
        self._socketio.emit(wire.BYE, message)
        self._listeners.goodbye(message)

    def _feed(self, sport: str) -> wire.Message:
        now = self._now()
        self._told[sport] = (self._judged(sport), now)
        return self._boards.feed(sport, now)

    def _judged(self, sport: str) -> tuple[Any, ...]:
        feed = self._boards.judge(sport, self._now())
        return feed.status, feed.reason, self._boards.facts(sport).polling

    def _emit(self, name: str, message: wire.Message, sport: str) -> None:
        self._socketio.emit(name, message, to=wire.room(sport))
        self._listeners.tell(sport, name, message)
