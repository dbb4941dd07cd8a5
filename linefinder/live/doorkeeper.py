"""Who may open a socket at all: asked before the handshake, because later nobody sees the cookie."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linefinder.access import Access, Kind

BODY = b"This board's sockets are for its own pages and for tokens.\n"
HEADERS = [
    ("Content-Type", "text/plain"),
    ("Content-Length", str(len(BODY))),
    ("WWW-Authenticate", "Bearer"),
    ("Cache-Control", "no-store"),
]


class Doorkeeper:
    """WSGI middleware in front of the socket's path: 401 for whom it is not."""

    def __init__(self, app: Any, socket_path: str, access: Access) -> None:
        self._app, self._path, self._access = app, socket_path, access

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(self._path):
            visitor = self._access.visitor(environ)
            if not self._access.may(visitor, Kind.LIVE):
                start_response("401 Unauthorized", list(HEADERS))
                return [BODY]
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer
