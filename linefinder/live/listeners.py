"""Who hears a sport by server-sent events: the rooms of those that have no WebSocket.

They hear what the rooms hear, and take seats in the same house. All is guarded by `Boards.lock`:
whoever tells holds it, and whoever joins holds it until the first words wait for the newcomer.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from linefinder import wire
from linefinder.board import Boards
from linefinder.domain.errors import Refused
from linefinder.domain.odds import Position
from linefinder.live.limits import RETRY_AFTER_SECONDS
from linefinder.live.peers import Peer
from linefinder.live.seats import Seats

LONGEST_QUEUE = 32
PART = 16 * 1024
"""A message is written in parts of so many bytes, so that a slow client is known from a dead one."""
COME_BACK = b"retry: 3000\n\n"


class Listener:
    """What one client is sent, as a WSGI iterable. It waits without a database connection and
    without an application context. `number` is that of its pass, on a private board."""

    def __init__(self, sport: str, peer: Peer, listeners: Listeners, number: str = "") -> None:
        self.sport, self.peer, self._all, self.number = sport, peer, listeners, number
        self.address = ""
        self.writing_since: float | None = None
        self._waiting: list[bytes] = []
        self._parts: deque[bytes] = deque()
        self._awake = threading.Event()
        self._is_behind = self._is_over = False
        self._last = b""

    def put(self, text: bytes) -> None:
        """One message more; where too many wait they are dropped for one snapshot."""
        if self._is_over:
            return
        if len(self._waiting) >= LONGEST_QUEUE:
            self._is_behind = True
            self._waiting.clear()
        if not self._is_behind:
            self._waiting.append(text)
        self._awake.set()

    def end(self, last: bytes = b"") -> None:
        """After those that wait one more message, at most, and then the end."""
        self._is_over, self._last = True, last
        self._awake.set()

    def __iter__(self) -> Listener:
        return self

    def __next__(self) -> bytes:
        """The next part; it is asked for when the last one was written."""
        self.writing_since = None
        while not self._parts:
            self._awake.wait()
            with self._all.lock:
                self._awake.clear()
                self._take()
                if self._is_over and not self._parts:
                    raise StopIteration
        self.writing_since = time.monotonic()
        return self._parts.popleft()

    def close(self) -> None:
        """The server calls it however the response ends."""
        self._all.leave(self)

    def _take(self) -> None:
        if self._is_behind:
            self._is_behind = False
            self._waiting.insert(0, self._all.whole(self.sport))
        text = b"".join([*self._waiting, self._last])
        self._waiting.clear()
        self._last = b""
        self._parts.extend(text[at : at + PART] for at in range(0, len(text), PART))
        if self._is_over:
            self._awake.set()


class Listeners:
    """All clients of server-sent events by sport."""

    def __init__(
        self,
        boards: Boards,
        now: Callable[[], datetime],
        seats: Seats,
        write_timeout: float,
    ) -> None:
        self.lock = boards.lock
        self._boards, self._now, self._seats = boards, now, seats
        self._write_timeout = write_timeout
        self._rooms: dict[str, set[Listener]] = {}
        self._bye: bytes | None = None
        self.ended: Callable[[], Collection[str]] = frozenset
        """The numbers of passes that were signed out."""

    def join(
        self, sport: str, held: Position | None, environ: Mapping[str, Any], number: str = ""
    ) -> Listener:
        """A client that holds `held`: what it lacks waits for it. Refused where no seat is free."""
        with self.lock:
            address = self._seats.take(environ)
            if address is None:
                words = "no seat is free; /api/odds can be asked instead"
                raise Refused("full", words, 503, RETRY_AFTER_SECONDS)
            listener = Listener(sport, Peer(environ), self, number)
            listener.address = address
            listener.put(COME_BACK + self._missing(sport, held))
            self._rooms.setdefault(sport, set()).add(listener)
            if self._bye is not None:
                listener.end(self._bye)
            return listener

    def leave(self, listener: Listener) -> None:
        """The seat is free."""
        with self.lock:
            room = self._rooms.get(listener.sport, set())
            if listener not in room:
                return  # its end is noticed more than once
            room.remove(listener)
            self._seats.leave(listener.address)
            if not room:
                self._rooms.pop(listener.sport, None)

    def tell(self, sport: str, name: str, message: wire.Message) -> None:
        """Tell everyone who hears a sport; the message is encoded once."""
        with self.lock:
            room = self._rooms.get(sport)
            if room:
                text = wire.event_bytes(name, message)
                for listener in room:
                    listener.put(text)

    def goodbye(self, message: wire.Message) -> None:
        """The last word for everyone, those included who still come."""
        with self.lock:
            self._bye = wire.event_bytes(wire.BYE, message)
            for listener in self._everyone():
                listener.end(self._bye)

    def count(self, sport: str | None = None) -> int:
        """How many hear a sport, or any."""
        if sport is not None:
            return len(self._rooms.get(sport, ()))
        return sum(len(room) for room in list(self._rooms.values()))

    def sweep(self) -> None:
        """Close clients that have gone, those that take nothing of what is sent, and those whose pass
        was signed out."""
        with self.lock:
            everyone = self._everyone()
        now, ended = time.monotonic(), self.ended()
        for listener in everyone:
            since = listener.writing_since
            is_stuck = since is not None and now - since > self._write_timeout
            if is_stuck or listener.number in ended or listener.peer.has_gone():
                listener.peer.cut()
                listener.end()
                self.leave(listener)

    def whole(self, sport: str) -> bytes:
        """The board as it is, and how its data stands: for somebody who fell behind."""
        return self._missing(sport, None)

    def _missing(self, sport: str, held: Position | None) -> bytes:
        stream, now = self._boards.stream(sport), self._now()
        feed, missing = self._boards.feed(sport, now), stream.recover(held)
        if missing is None:
            said = [wire.event_bytes(wire.SNAPSHOT, self._boards.snapshot(sport, now))]
        else:
            updates = [wire.update_dict(sport, update, feed) for update in missing]
            said = [wire.event_bytes(wire.UPDATE, update) for update in updates]
        said.append(wire.event_bytes(wire.STATUS, wire.status_dict(stream.board, feed)))
        return b"".join(said)

    def _everyone(self) -> list[Listener]:
        return [listener for room in self._rooms.values() for listener in room]
