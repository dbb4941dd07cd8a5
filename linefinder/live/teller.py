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
SPREAD_SECONDS, LONGEST_SECONDS = 5.0, 25.0
COMEBACKS_A_SECOND = 800


class Teller:
    """Speaks to rooms only: one message serves all who hear a sport.

    A message is made and told under the lock of the boards: telling a large room pauses now and then,
    and what another thread made meanwhile must not come before it, nor a newcomer join in between.
    """

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
        with self._boards.lock:
            feed = self._feed(sport)
            self._emit(wire.UPDATE, wire.update_dict(sport, update, feed), sport)

    def snapshot(self, sport: str) -> None:
        """Tell a room its board whole: what led there is not known any more."""
        with self._boards.lock:
            now = self._now()
            self._feed(sport)
            self._emit(wire.SNAPSHOT, self._boards.snapshot(sport, now), sport)

    def status(self, sport: str) -> None:
        """Tell a room how its data stands."""
        with self._boards.lock:
            board = self._boards.stream(sport).board
            self._emit(wire.STATUS, wire.status_dict(board, self._feed(sport)), sport)

    def status_if_changed(self, sport: str) -> None:
        """Tell a room at once when its status is another than it was last told."""
        with self._boards.lock:
            told = self._told.get(sport)
            if told is None or told[0] != self._judged(sport):
                self.status(sport)

    def tick(self) -> None:
        """Each second: statuses that changed with time, and a heartbeat after silence."""
        for sport in self._boards.known():
            self.status_if_changed(sport)
            with self._boards.lock:
                self._break_silence(sport, self._now())

    def _break_silence(self, sport: str, now: datetime) -> None:
        told = self._told[sport]
        silence = now - told[1]
        if not timedelta(0) <= silence < HEARTBEAT:  # below 0 the clock was set back
            self._told[sport] = (told[0], now)
            board = self._boards.stream(sport).board
            feed = self._boards.feed(sport, now)
            self._emit(wire.STATUS, wire.heartbeat_dict(board, feed), sport)

    def alert(self, watcher: str, message: wire.Message) -> None:
        """Tell a browser what it waited for."""
        with self._boards.lock:
            self._socketio.emit(wire.ALERT, message, to=wire.alert_room(watcher))

    def goodbye(self, reason: str) -> None:
        """Tell everyone of this process that it goes, and each another time to come back."""
        everyone = list(self._socketio.server.manager.rooms.get("/", {}).get(None, ()))
        spread = min(max(SPREAD_SECONDS, len(everyone) / COMEBACKS_A_SECOND), LONGEST_SECONDS)
        for sid in everyone:
            body = {"retry_after": _back_in(spread), "reason": reason}
            self._socketio.emit(wire.BYE, body, to=sid, ignore_queue=True)
        self._listeners.goodbye({"retry_after": _back_in(spread), "reason": reason})

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


def _back_in(spread: float) -> float:
    return round(1 + random.random() * spread, 1)
