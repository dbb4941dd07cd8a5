"""The connection under a request: whether its other end has gone, and how to cut it."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from linefinder.serving.connections import STAYS


def take_seat(environ: Mapping[str, Any]) -> None:
    """Its connection is a viewer's from here on, who may stay (serving/connections.py)."""
    stays = environ.get(STAYS)
    if stays is not None:
        stays()


class Peer:
    """The other end of a request. A server notices one that has gone only when it writes, and a
    stream may have nothing to write for half a minute, while the seat is taken."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._socket = _socket_of(environ)
        # the drivers' sockets would wait for something to read
        self._system = getattr(self._socket, "fd", getattr(self._socket, "_sock", self._socket))

    def has_gone(self) -> bool:
        """Whether it has closed the connection, or the system has given it up."""
        if self._system is None:
            return False
        try:
            return bool(self._system.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b"")
        except BlockingIOError:
            return False
        except OSError:
            return True

    def cut(self) -> None:
        """Close the connection for good, also under a write that waits."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def _socket_of(environ: Mapping[str, Any]) -> Any:
    """Each driver keeps it in a place of its own; None where there is none."""
    reader = environ.get("eventlet.input")
    if reader is not None:
        return reader.get_socket()
    if "werkzeug.socket" in environ:
        return environ["werkzeug.socket"]
    file = getattr(environ.get("wsgi.input"), "rfile", None)
    return getattr(getattr(file, "raw", None), "_sock", None)
