"""Telling a room: the message is encoded and framed once and written straight to every socket.

Stock Socket.IO encodes once too, but then every client has a queue, a writer and its own framing. The
order of `boards.lock` (nobody hears 7 before 6) stands although a large room is told in portions with
a pause between: whoever tells a room holds that lock until the last has it, so that nobody joins in
between, and two emits never mix because the second waits for its turn.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from engineio import packet as engine_packet
from socketio import packet
from socketio.manager import Manager

from linefinder import wire
from linefinder.live.engine import Engine
from linefinder.live.frames import Frames
from linefinder.live.outbox import Outbox, tell

PORTION = 64
"""Clients between two looks at the clock."""

HOLD_SECONDS = 0.01
"""How long telling a room keeps everything else waiting at a stretch."""

REPLACED_BY_A_BOARD = {wire.SNAPSHOT, wire.UPDATE, wire.STATUS}

Outboxes = dict[str, Outbox]
"""By Socket.IO sid."""


class Fanout(Manager):  # type: ignore[misc]
    """The client manager of Socket.IO with an `emit` that writes to outboxes.

    Beside its rooms, which hold ids, it keeps those of the rooms that many share as outboxes, and which
    rooms each client is in: what telling a room need not look up, and leaving need not search for.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn = threading.Lock()
        self._halls: dict[str, Outboxes] = {}
        self._listed: dict[str, list[Outbox]] = {}
        """The halls as they were last told. To make a list of ten thousand outboxes takes each of them
        into the cache once more, a tenth of what telling them costs."""
        self._joined: dict[str, tuple[str, ...]] = {}
        self._left = 0
        """How often somebody has left a room."""

    def basic_enter_room(
        self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None
    ) -> None:
        super().basic_enter_room(sid, namespace, room, eio_sid)
        if namespace != "/" or room is None or room == sid:
            return
        outboxes = getattr(self.server.eio, "outboxes", {})
        outbox = outboxes.get(self.rooms[namespace][None].get(sid))
        if outbox is not None and sid not in (hall := self._halls.setdefault(room, {})):
            hall[sid] = outbox
            self._listed.pop(room, None)
            self._joined[sid] = (*self._joined.get(sid, ()), room)

    def basic_leave_room(self, sid: str, namespace: str, room: str | None) -> None:
        super().basic_leave_room(sid, namespace, room)
        if namespace != "/" or room is None:
            return
        hall = self._halls.get(room, {})
        if hall.pop(sid, None) is not None:
            self._left += 1
            self._listed.pop(room, None)
            self._joined[sid] = tuple(each for each in self._joined[sid] if each != room)
            if not hall:
                del self._halls[room]
            if not self._joined[sid]:
                del self._joined[sid]

    def basic_disconnect(self, sid: str, namespace: str, **kwargs: Any) -> None:
        """Leave every room, without a search through everybody's: most are somebody's own."""
        if namespace != "/":
            super().basic_disconnect(sid, namespace, **kwargs)
            return
        for room in (*self._joined.get(sid, ()), sid, None):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        if namespace != "/":
            return list(super().get_rooms(sid, namespace))
        return [*self._joined.get(sid, ()), *([sid] if sid in self.rooms.get("/", {}) else [])]

    def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **kwargs: Any,
    ) -> None:
        room = to or room
        frames = None if callback else self._frames(event, data, namespace)
        if frames is None or not isinstance(self.server.eio, Engine):
            super().emit(event, data, namespace, room, skip_sid, callback, **kwargs)
            return
        sport = data["sport"] if event in REPLACED_BY_A_BOARD else None
        outboxes = self._outboxes(namespace, room, skip_sid)
        if len(outboxes) == 1:
            self._tell(outboxes, frames, sport)
        elif outboxes:
            with self._turn:
                self._tell_many(outboxes, frames, sport, namespace, room)

    def _outboxes(self, namespace: str, room: Any, skip_sid: Any = None) -> list[Outbox]:
        hall = self._halls.get(room) if isinstance(room, str) and namespace == "/" else None
        if hall is not None and not skip_sid:
            if room not in self._listed:
                self._listed[room] = list(hall.values())
            return self._listed[room]
        skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid]
        known = self.server.eio.outboxes
        members = self.get_participants(namespace, room)
        found = (known.get(eio_sid) for sid, eio_sid in members if sid not in skipped)
        return [outbox for outbox in found if outbox is not None]

    def _frames(self, event: str, data: Any, namespace: str) -> Frames | None:
        """The message framed; None where it has binary parts, which take several frames."""
        shared = data if isinstance(data, wire.Shared) else None
        if shared is not None and shared.frames is not None:
            kept: Frames = shared.frames
            return kept
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        encoded = self.server.packet_class(
            packet.EVENT, namespace=namespace, data=[event, *arguments]
        ).encode()
        if isinstance(encoded, list):
            return None
        frames = Frames(engine_packet.Packet(engine_packet.MESSAGE, encoded).encode())
        if shared is not None:
            shared.frames = frames
        return frames

    def _tell_many(
        self, outboxes: list[Outbox], frames: Frames, sport: str | None, namespace: str, room: Any
    ) -> None:
        """Tell a room in portions. Who left during a pause is told no more."""
        tally = self.server.eio.delivery.tally
        began = held = time.perf_counter()
        left, there = self._left, None
        for start in range(0, len(outboxes), PORTION):
            portion = outboxes[start : start + PORTION]
            if left != self._left:
                left, there = self._left, set(self._outboxes(namespace, room))
            self._tell(
                portion if there is None else [o for o in portion if o in there], frames, sport
            )
            now = time.perf_counter()
            if now - held >= HOLD_SECONDS:
                tally.holds.add(now - held)
                self.server.sleep(0)
                held = time.perf_counter()
        now = time.perf_counter()
        tally.holds.add(now - held)
        tally.emits.add(now - began)

    def _tell(self, outboxes: list[Outbox], frames: Frames, sport: str | None) -> None:
        tell(outboxes, frames, sport)
        self.server.eio.delivery.tally.deliveries += len(outboxes)
