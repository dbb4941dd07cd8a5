"""The driver's connections: taken in turn, with small buffers, and never all of them kept busy by
somebody who does not finish what he asks, or does not take the answer.

Everything on its way counts from when it was last awaited, also a connection that is kept for another
request; a viewer with a seat (a socket, a stream) does not. Where there is no room for one more, the
longest is closed if it has been so for a second: honest requests take milliseconds, and a storm of them
waits for its turn.
"""

from __future__ import annotations

import logging
import socket
import time
from contextlib import suppress
from types import ModuleType
from typing import Any

from linefinder.logs import named

log = logging.getLogger("linefinder.server")

STAYS = "linefinder.stays"
"""Of a request's environ: to be called when it has taken a seat."""

CONNECTION_BUFFER = 1024
"""A viewer's connection keeps the buffers of its handshake: 24 KB by default."""


PATIENCE_SECONDS = 1
ROOM_SECONDS = 0.02
"""How often room is looked for."""


class Unfinished:
    """Connections that are on their way, those first that have been so for longest."""

    def __init__(self) -> None:
        self._since: dict[Any, float] = {}

    def begin(self, protocol: Any) -> None:
        """Another request is awaited of it."""
        self._since.pop(protocol, None)
        self._since[protocol] = time.monotonic()

    def end(self, protocol: Any) -> None:
        """It is over, or has a seat."""
        self._since.pop(protocol, None)

    def make_room(self) -> None:
        """Close the longest, if it was longer than anybody honest takes; what waits for it to say or
        take something wakes up."""
        protocol, since = next(iter(self._since.items()), (None, 0.0))
        if protocol is not None and time.monotonic() - since > PATIENCE_SECONDS:
            self.end(protocol)
            with suppress(OSError):
                protocol.connection.shutdown(socket.SHUT_RDWR)


def paced(eventlet: ModuleType, listener: socket.socket, pool: Any, unfinished: Unfinished) -> Any:
    """The listening socket, from which somebody is let in only after all others had a turn: else a
    storm of connects keeps the loop until the whole backlog is in, half a second for thousands."""
    green = eventlet.greenio.GreenSocket(listener)
    accept = green.accept

    def accept_in_turn() -> Any:
        eventlet.sleep(0)
        came = accept()
        while not pool.free():
            unfinished.make_room()
            eventlet.sleep(ROOM_SECONDS)
        return came

    green.accept = accept_in_turn
    return green


class Frugal:
    """What the driver's HTTP becomes: small buffers, and known to what it serves: a socket lives for
    hours and lets go of its request (live/engine.py)."""

    rbufsize = wbufsize = CONNECTION_BUFFER
    unfinished: Unfinished
    connection: Any
    rfile: Any
    wfile: Any

    def handle_one_request(self) -> None:
        self.unfinished.begin(self)
        super().handle_one_request()  # type: ignore[misc]

    def parse_request(self) -> bool:
        """The driver would answer the half of a head whose sender has gone: hundreds of pages for a
        flood that lets go."""
        head, last = self.rfile, [b""]
        read = head.readline

        def readline(*size: int) -> bytes:
            last[0] = read(*size)
            return last[0]

        head.readline = readline
        try:
            return bool(super().parse_request()) and bool(last[0])  # type: ignore[misc]
        finally:
            del head.readline  # what refers to itself waits for the garbage collector

    def get_environ(self) -> dict[str, Any]:
        made: dict[str, Any] = super().get_environ()  # type: ignore[misc]
        return {**made, "linefinder.protocol": self, STAYS: lambda: self.unfinished.end(self)}

    def log_message(self, words: str, *parts: Any) -> None:
        """What was no request: anybody may send it, and the log is not theirs to fill."""
        log.debug(words, *parts, extra=named("odd_client"))

    def finish(self) -> None:
        """Close the connection also where its last words could not be written: a file of it that stays
        open would keep it until the collector comes by."""
        self.unfinished.end(self)
        try:
            super().finish()  # type: ignore[misc]
        finally:
            for file in (self.wfile, self.rfile, self.connection):
                with suppress(OSError, ValueError):
                    file.close()


def frugal(http: Any, unfinished: Unfinished) -> type:
    """The driver's HTTP, as above."""
    return type("FrugalHttp", (Frugal, http), {"unfinished": unfinished})
