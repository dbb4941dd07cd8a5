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

PORTION = 64
"""Clients between two looks at the clock."""

HOLD_SECONDS = 0.01
"""How long telling a room keeps everything else waiting at a stretch."""

REPLACED_BY_A_BOARD = {wire.SNAPSHOT, wire.UPDATE, wire.STATUS}

Members = list[tuple[str, str]]


class Fanout(Manager):  # type: ignore[misc]
    """The client manager of Socket.IO with an `emit` that writes to outboxes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn = threading.Lock()

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
        members = list(self.get_participants(namespace, room))
        if skip_sid:
            skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid]
            members = [member for member in members if member[0] not in skipped]
        sport = data["sport"] if event in REPLACED_BY_A_BOARD else None
        if len(members) == 1:
            self._tell(members, frames, sport)
        elif members:
            with self._turn:
                self._tell_many(members, frames, sport, self._still_in(namespace, room))

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
        self, members: Members, frames: Frames, sport: str | None, still_in: Any
    ) -> None:
        """Tell a room in portions. Who left during a pause is told no more."""
        tally = self.server.eio.delivery.tally
        began = held = time.perf_counter()
        for start in range(0, len(members), PORTION):
            portion = members[start : start + PORTION]
            self._tell([each for each in portion if each[0] in still_in], frames, sport)
            now = time.perf_counter()
            if now - held >= HOLD_SECONDS:
                tally.holds.add(now - held)
                self.server.sleep(0)
                held = time.perf_counter()
        now = time.perf_counter()
        tally.holds.add(now - held)
        tally.emits.add(now - began)

    def _tell(self, members: Members, frames: Frames, sport: str | None) -> None:
        outboxes = self.server.eio.outboxes
        told = 0
        for _, eio_sid in members:
            outbox = outboxes.get(eio_sid)
            if outbox is not None:
                outbox.push(frames, sport)
                told += 1
        self.server.eio.delivery.tally.deliveries += told

    def _still_in(self, namespace: str, room: Any) -> Any:
        """What is asked whether somebody is still in a room, or connected where there are several."""
        several = room is not None and not isinstance(room, str)
        members = self.rooms.get(namespace, {}).get(None if several else room)
        return {} if members is None else members._fwdm
