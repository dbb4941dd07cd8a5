"""What no client may do to the others: fill the house, flood, or take nothing."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from linefinder.live.memory import Memory, resident
from linefinder.live.outbox import Outbox
from linefinder.live.seats import Seats
from linefinder.logs import named
from linefinder.wire import UNREADABLE

log = logging.getLogger("linefinder.sockets")

RETRY_AFTER_SECONDS = 10
NAMELESS_SECONDS = 10.0
DEEPEST = 32
"""How many brackets a message may have that a client sends."""
LONGEST_QUEUE = 512
VERSION_WANTED = (("Sec-WebSocket-Version", "13"), ("Content-Length", "0"))


class Allowance:
    """A bucket of messages: 10 a second, 20 at once."""

    RATE, BURST, PATIENCE = 10.0, 20.0, 200

    def __init__(self, now: float) -> None:
        self._left, self._at, self.refused = self.BURST, now, 0

    def take(self, now: float, cost: float = 1.0) -> bool:
        """Whether one more message is allowed at this moment (monotonic seconds)."""
        self._left = min(self.BURST, self._left + (now - self._at) * self.RATE)
        self._at = now
        if self._left < cost:
            self.refused += 1
            return False
        self._left -= cost
        return True


class Flow(Allowance):
    """What a client may send in frames of any kind, before anybody has looked at what they say: a frame
    costs 1, and 1 for each 512 bytes, for taking it apart keeps all others waiting."""

    RATE, BURST = 100.0, 400.0


class FullHouse:
    """WSGI middleware in front of the handshake: 503 where no seat is free.

    A refusal in the connect handler would leave the connection open, and the browser's client would
    never try again. A connection lasts as long as the call, and so does its seat. Whatever else the
    query says it is a handshake: no client comes back to a session by another transport.
    """

    def __init__(self, app: Any, socket_path: str, seats: Seats) -> None:
        self._app, self._path, self._seats = app, socket_path, seats

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer: Iterable[bytes]
        if not environ.get("PATH_INFO", "").startswith(self._path):
            answer = self._app(environ, start_response)
            return answer
        if _is_malformed(environ):
            start_response("426 Upgrade Required", list(VERSION_WANTED))
            return []
        address = self._seats.take(environ)
        if address is None:
            return _refuse(start_response)
        try:
            answer = self._app(environ, start_response)
            return answer
        finally:
            self._seats.leave(address)


def _is_malformed(environ: dict[str, Any]) -> bool:
    """An upgrade without what RFC 6455 asks for: the drivers answer 500, gevent's with a traceback."""
    if environ.get("HTTP_UPGRADE", "").lower() != "websocket":
        return False
    has_key = bool(environ.get("HTTP_SEC_WEBSOCKET_KEY"))
    return not has_key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13"


def _refuse(start_response: Any) -> list[bytes]:
    body = b"The board is full.\n"
    headers = [
        ("Content-Type", "text/plain"),
        ("Content-Length", str(len(body))),
        ("Retry-After", str(RETRY_AFTER_SECONDS)),
    ]
    start_response("503 Service Unavailable", headers)
    return [body]


class Sockets:
    """The open sockets of the Engine.IO server, and the sweep that closes what is dead."""

    def __init__(self, write_timeout: float, memory: Memory) -> None:
        self._write_timeout, self._memory = write_timeout, memory
        self._server: Any = None
        self._raw: dict[str, Any] = {}
        self._eio: dict[str, str] = {}
        self._stuck: dict[str, float] = {}
        self._nameless: dict[str, float] = {}

    def attach(self, server: Any) -> None:
        """`server` is the python-socketio server."""
        self._server = server
        handle = server._handle_event

        def checked(eio_sid: str, namespace: str, id_: int | None, data: Any) -> None:
            """What is no message at all is refused like one, rather than a traceback in the log."""
            good = isinstance(data, list) and data and isinstance(data[0], str)
            handle(eio_sid, namespace, id_, data if good else [UNREADABLE])

        server._handle_event = checked
        self._hear = server.eio.handlers["message"]
        server.eio.on("message", self._heard)

    def _heard(self, eio_sid: str, said: Any) -> None:
        """Close who sends what is no packet of a board's client. Socket.IO would write a traceback for
        each, so that anybody could fill the log; and parts of a binary packet would be waited for."""
        try:
            if not isinstance(said, str):
                raise ValueError("binary")
            if said.count("[") > DEEPEST:
                # at the end of its stack the interpreter could not tidy up either
                said = f'{said[: said.index("[")]}["{UNREADABLE}"]'
            packet = self._server.packet_class(encoded_packet=said)
            if packet.attachment_count:
                raise ValueError("attachments")
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            log.debug("no packet: %r", error, extra=named("odd_client"))
            self._drop(eio_sid)
            return
        self._hear(eio_sid, said)

    def is_connected(self, sid: str) -> bool:
        """Whether a client is connected still; at its real goodbye it is not."""
        return bool(self._server.manager.is_connected(sid, "/"))

    def count(self) -> int:
        return len(self._server.eio.sockets) if self._server else 0

    def waiting(self) -> int:
        """Bytes that wait for slow clients."""
        queues = [seat.queue for seat in dict(self._server.eio.sockets).values()]
        return sum(queue.size for queue in queues if isinstance(queue, Outbox))

    def opened(self, sid: str, environ: dict[str, Any]) -> None:
        eio_sid = self._server.manager.eio_sid_from_sid(sid, "/")
        self._eio[sid] = eio_sid
        reader = environ.get("eventlet.input")
        if reader is not None:
            self._raw[eio_sid] = reader.get_socket()

    def closed(self, sid: str) -> None:
        self._raw.pop(self._eio.pop(sid, ""), None)

    def close(self, sid: str) -> None:
        """Close a client's connection for good."""
        eio_sid = self._eio.get(sid, "")
        if eio_sid in self._server.eio.sockets:
            self._drop(eio_sid)

    def sweep(self) -> None:
        """Close clients that take nothing of what is sent, and connections that never said hello, and
        where memory is short the slowest; forget who is in a room and gone."""
        if not self._server:
            return
        self._relieve(self._memory.look(resident()))
        self._bury()
        now, sockets = time.monotonic(), dict(self._server.eio.sockets)
        named = set(self._eio.values())
        for known in (self._stuck, self._nameless):
            for gone in [eio_sid for eio_sid in known if eio_sid not in sockets]:
                del known[gone]
        for eio_sid, eio_socket in sockets.items():
            if self._is_stuck(eio_sid, eio_socket, now) or self._is_nameless(eio_sid, named, now):
                self._drop(eio_sid)

    def _relieve(self, excess: int) -> None:
        """Close the clients for which most waits, until what waits for them makes up for the excess."""
        if not excess:
            return
        queues = {sid: seat.queue for sid, seat in dict(self._server.eio.sockets).items()}
        sizes = {sid: queue.size for sid, queue in queues.items() if isinstance(queue, Outbox)}
        for eio_sid in sorted(sizes, key=lambda sid: -sizes[sid]):
            if excess <= 0 or not sizes[eio_sid]:
                return
            excess -= sizes[eio_sid]
            self._drop(eio_sid)

    def _bury(self) -> None:
        """A client that left while it was being let in would stay in its rooms for ever."""
        manager = self._server.manager
        for sid, eio_sid in manager.get_participants("/", None):
            if eio_sid not in self._server.eio.sockets:
                manager.disconnect(sid, "/", ignore_queue=True)

    def _is_stuck(self, eio_sid: str, eio_socket: Any, now: float) -> bool:
        """The writer drains the whole queue at once, so a queue that stays filled is a blocked send."""
        if isinstance(eio_socket.queue, Outbox):
            return False  # it finds out by itself
        waiting = eio_socket.queue.qsize()
        if not waiting:
            self._stuck.pop(eio_sid, None)
            return False
        since = self._stuck.setdefault(eio_sid, now)
        return now - since > self._write_timeout or waiting > LONGEST_QUEUE

    def _is_nameless(self, eio_sid: str, named: set[str], now: float) -> bool:
        if eio_sid in named:
            self._nameless.pop(eio_sid, None)
            return False
        return now - self._nameless.setdefault(eio_sid, now) > NAMELESS_SECONDS

    def _drop(self, eio_sid: str) -> None:
        eio_socket = self._server.eio.sockets.get(eio_sid)
        raw = self._raw.get(eio_sid)
        if eio_socket is not None:
            eio_socket.close(wait=False, abort=True)
        if raw is not None:
            with suppress(OSError):
                raw.shutdown(socket.SHUT_RDWR)
