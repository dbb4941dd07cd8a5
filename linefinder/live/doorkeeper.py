"""Who may open a socket at all: asked before the handshake, because later nobody sees the cookie; and
whose pass ends while it is open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linefinder.live.peers import Peer
from linefinder.serving.access import Access, Kind

BODY = b"This board's sockets are for its own pages and for tokens.\n"
HEADERS = [
    ("Content-Type", "text/plain"),
    ("Content-Length", str(len(BODY))),
    ("WWW-Authenticate", "Bearer"),
    ("Cache-Control", "no-store"),
]


class Doorkeeper:
    """WSGI middleware in front of the socket's path: 401 for whom it is not. A connection lasts as long
    as the call, so who is inside by which pass is known here."""

    def __init__(self, app: Any, socket_path: str, access: Access) -> None:
        self._app, self._path, self._access = app, socket_path, access
        self._inside: dict[str, set[Peer]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(self._path):
            visitor = self._access.visitor(environ)
            if not self._access.may(visitor, Kind.LIVE):
                start_response("401 Unauthorized", list(HEADERS))
                return [BODY]
            if visitor.number:
                return self._keep(visitor.number, environ, start_response)
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer

    def _keep(self, number: str, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        peer = Peer(environ)
        self._inside.setdefault(number, set()).add(peer)
        try:
            answer: Iterable[bytes] = self._app(environ, start_response)
            return answer
        finally:
            self._inside[number].discard(peer)
            if not self._inside[number]:
                del self._inside[number]

    def sweep(self) -> None:
        """Close the sockets of passes that were signed out."""
        for number in self._access.ended & self._inside.keys():
            for peer in list(self._inside.get(number, ())):
                peer.cut()
