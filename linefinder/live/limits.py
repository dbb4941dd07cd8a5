"""What no client may do to the others: fill the house, flood, or take nothing."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from linefinder.live.outbox import Outbox

RETRY_AFTER_SECONDS = 10
NAMELESS_SECONDS = 10.0
LONGEST_QUEUE = 512


class Allowance:
    """A bucket of messages: 10 a second, 20 at once."""

    RATE, BURST, PATIENCE = 10.0, 20.0, 200

    def __init__(self, now: float) -> None:
        self._left, self._at, self.refused = self.BURST, now, 0

    def take(self, now: float) -> bool:
        """Whether one more message is allowed at this moment (monotonic seconds)."""
        self._left = min(self.BURST, self._left + (now - self._at) * self.RATE)
        self._at = now
        if self._left < 1:
            self.refused += 1
            return False
        self._left -= 1
        return True


class FullHouse:
    """WSGI middleware in front of the handshake: 503 where every seat is taken.

    A refusal in the connect handler would leave the connection open, and the browser's client would
    never try again.
    """

    def __init__(self, app: Any, socket_path: str, is_full: Callable[[], bool]) -> None:
        self._app, self._path, self._is_full = app, socket_path, is_full

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        is_handshake = environ.get("PATH_INFO", "").startswith(self._path)
        if is_handshake and "sid=" not in environ.get("QUERY_STRING", "") and self._is_full():
            body = b"The board is full.\n"
            headers = [
                ("Content-Type", "text/plain"),
                ("Content-Length", str(len(body))),
                ("Retry-After", str(RETRY_AFTER_SECONDS)),
            ]
            start_response("503 Service Unavailable", headers)
            return [body]
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer


class Sockets:
    """The open sockets of the Engine.IO server, and the sweep that closes what is dead."""

    def __init__(self, write_timeout: float) -> None:
        self._write_timeout = write_timeout
        self._server: Any = None
        self._raw: dict[str, Any] = {}
        self._eio: dict[str, str] = {}
        self._stuck: dict[str, float] = {}
        self._nameless: dict[str, float] = {}

    def attach(self, server: Any) -> None:
        """`server` is the python-socketio server."""
        self._server = server

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
        """Close clients that take nothing of what is sent, and connections that never said hello."""
        if not self._server:
            return
        now, sockets = time.monotonic(), dict(self._server.eio.sockets)
        named = set(self._eio.values())
        for known in (self._stuck, self._nameless):
            for gone in [eio_sid for eio_sid in known if eio_sid not in sockets]:
                del known[gone]
        for eio_sid, eio_socket in sockets.items():
            if self._is_stuck(eio_sid, eio_socket, now) or self._is_nameless(eio_sid, named, now):
                self._drop(eio_sid)

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
