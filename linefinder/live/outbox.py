"""What one client is still to be sent, in order, written straight to its socket.

Everything that goes to a client goes through its outbox: messages, acknowledgements, pings, the frames
of the WebSocket itself. So nothing can overtake, and nobody waits for a slow client: a write never
blocks and never yields. What a socket does not take is queued, and a greenlet that lives as long as the
queue does waits for it.
"""

from __future__ import annotations

import select
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from linefinder.live.frames import GOODBYE, Frames
from linefinder.live.tally import Tally

NOTHING: frozenset[str] = frozenset()


class Delivery:
    """What all outboxes share. `limit`: bytes that may wait for one client behind the message whose
    turn it is. `patience`: seconds for which it may take nothing. `spawn` starts a greenlet;
    `make_up(outbox, sport)` gives a client that lost updates of a sport its board, whole."""

    def __init__(self, limit: int, patience: float) -> None:
        self.limit, self.patience = limit, patience
        self.tally = Tally()
        self.spawn: Callable[[Callable[[], None]], Any] = lambda work: work()
        self.make_up: Callable[[Outbox, str], None] = lambda outbox, sport: None


class Outbox:
    """Stands in for the queue of an Engine.IO socket. `direct` writes to the socket, None while
    anything must wait its turn. `lost`: the sports of which messages were dropped and whose boards are
    owed. `size`: bytes that wait."""

    __slots__ = (
        "_delivery",
        "_draining",
        "_offset",
        "_queue",
        "_raw",
        "_write",
        "deflates",
        "direct",
        "ended",
        "lost",
        "sid",
        "size",
    )

    def __init__(self, delivery: Delivery, sid: str = "") -> None:
        self._delivery, self.sid = delivery, sid
        self._queue: deque[tuple[bytes, str | None]] | None = None
        self._raw: socket.socket | None = None
        self._write: Callable[[bytes | memoryview], int] | None = None
        self.direct: Callable[[bytes], int] | None = None
        self._offset = self.size = 0
        self.deflates = self.ended = self._draining = False
        self.lost = NOTHING

    def attach(self, raw: socket.socket, deflates: bool) -> None:
        """The handshake is through: `raw` is the non-blocking socket."""
        self._raw, self._write, self.deflates = raw, raw.send, deflates
        self._flush()
        self._see_to_rest()

    def push(self, frames: Frames, sport: str | None = None) -> None:
        """Send a message: at once where nothing waits. One of a `sport` may be dropped if the client
        falls behind, for a whole board makes up for it."""
        frame = (frames.deflated or frames.deflate()) if self.deflates else frames.plain
        self.push_frame(frame, sport)

    def push_frame(self, frame: bytes, sport: str | None = None) -> None:
        """Send bytes that are framed already."""
        write = self.direct
        if write is None:
            self._wait_in_line(frame, sport)
            return
        try:
            sent = write(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.abort()
            return
        if sent < len(frame):
            self.took(sent, frame, sport)

    def took(self, sent: int, frame: bytes, sport: str | None) -> None:
        """The socket took only so much of a frame: the rest waits."""
        self._enqueue(frame, sport)
        self._offset = sent
        self._see_to_rest()

    def put(self, nothing: None) -> None:
        """What Engine.IO says to end a queue: send what waits, then hang up."""
        if not self.ended:
            self.push_frame(GOODBYE)
            self.ended = True
            if not self._queue:
                self._hang_up()

    def abort(self) -> None:
        """Hang up at once; the greenlet that reads from the client finds out and tidies up."""
        self.ended = True
        self._forget()
        self._hang_up()

    def detach(self) -> None:
        """The connection is over: let go of the socket."""
        self.ended, self._raw, self._write = True, None, None
        self._forget()

    def _wait_in_line(self, frame: bytes, sport: str | None) -> None:
        if self.ended:
            return
        if sport in self.lost:
            self._delivery.tally.dropped += 1
        elif self._behind_first() + len(frame) <= self._delivery.limit or not self._queue:
            self._enqueue(frame, sport)
            self._see_to_rest()
        elif sport is not None:
            self._fall_behind(sport)
        elif self._fall_behind(None):
            self._enqueue(frame, None)
        else:
            self._give_up()

    def _behind_first(self) -> int:
        """Bytes that wait behind the message whose turn it is, which may be a board of any size."""
        return self.size - len(self._queue[0][0]) if self._queue else 0

    def _enqueue(self, frame: bytes, sport: str | None) -> None:
        if self._queue is None:
            self._queue = deque()
        self._queue.append((frame, sport))
        self.size += len(frame)
        self.direct = None

    def _fall_behind(self, sport: str | None) -> bool:
        """Drop what whole boards will make up for, a new message of `sport` included; a frame that is
        half sent must be finished. Whether that made room."""
        waiting = list(self._queue or ())
        begun = 1 if self._offset else 0
        kept = waiting[:begun] + [entry for entry in waiting[begun:] if entry[1] is None]
        dropped = {entry[1] for entry in waiting[begun:]} | {sport}
        self.lost = self.lost | {each for each in dropped if each is not None}
        self._delivery.tally.dropped += len(waiting) - len(kept) + (sport is not None)
        self._queue = deque(kept)
        self.size = sum(len(frame) for frame, _ in kept)
        return len(kept) < len(waiting)

    def _flush(self) -> None:
        """Write what the socket takes."""
        while self._queue and self._write:
            frame = self._queue[0][0]
            try:
                self._offset += self._write(memoryview(frame)[self._offset :])
            except BlockingIOError:
                return
            except OSError:
                self.abort()
                return
            if self._offset < len(frame):
                return
            self._queue.popleft()
            self.size -= len(frame)
            self._offset = 0
        if not self._queue:
            self._queue = None  # an empty one takes 760 bytes
            self._go_direct()

    def _go_direct(self) -> None:
        """Nothing waits: what comes next may be written at once, unless a board is owed first."""
        self.direct = None if self.lost or self.ended else self._write

    def _see_to_rest(self) -> None:
        if self._queue and self._write and not self._draining:
            self._draining = True
            self._delivery.spawn(self._drain)

    def _drain(self) -> None:
        """The greenlet of a queue: write whenever the socket takes something, until nothing waits and
        no board is owed."""
        self._empty()
        while self.lost and not self.ended:
            self._delivery.make_up(self, min(self.lost))
            self._delivery.tally.conflated += 1
            self._empty()
        self._draining = False
        if not self._queue:
            self._go_direct()
        if self.ended:
            self._forget()
            self._hang_up()

    def _empty(self) -> None:
        while self._queue and self._raw is not None:
            if self._takes_more(self._raw):
                self._flush()
            elif self._queue:
                self._give_up()

    def _takes_more(self, raw: socket.socket) -> bool:
        try:
            return bool(select.select([], [raw], [], self._delivery.patience)[1])
        except (OSError, ValueError):
            return False

    def _give_up(self) -> None:
        self._delivery.tally.stalled += 1
        self.abort()

    def _forget(self) -> None:
        self._queue, self.size, self._offset, self.lost = None, 0, 0, NOTHING
        self.direct = None

    def _hang_up(self) -> None:
        if self._raw is not None:
            with suppress(OSError):
                self._raw.shutdown(socket.SHUT_RDWR)


def tell(outboxes: list[Outbox], frames: Frames, sport: str | None) -> None:
    """Send all the same message. What `push` does, in one loop: ten thousand calls less. How to write
    is looked up before, for all at once: between two writes the cache has forgotten it."""
    plain, deflated = frames.plain, frames.deflated or frames.deflate()
    writes = [outbox.direct for outbox in outboxes]
    for outbox, write in zip(outboxes, writes, strict=True):
        if write is None:
            outbox.push(frames, sport)
            continue
        frame = deflated if outbox.deflates else plain
        try:
            sent = write(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            outbox.abort()
            continue
        if sent < len(frame):
            outbox.took(sent, frame, sport)
