"""A server that says what a test tells it to: for the tests of the harness itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import socketio
from werkzeug.serving import make_server

from tests.support.engine import Json
from tests.support.machine import free_port

SPORT, EPOCH = "basketball_nba", "9f2c41d0"
Answer = Callable[["StandIn", str, Json], Json]


class StandIn:
    """A Socket.IO server in threads; `answer(stand_in, sid, body)` answers each subscribe."""

    def __init__(self, answer: Answer) -> None:
        self.asked: list[Json] = []
        self.io = socketio.Server(async_mode="threading")
        self._answer = answer
        self.io.on("subscribe", self._subscribe)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        app = socketio.WSGIApp(self.io)
        self._http = make_server("127.0.0.1", self.port, app, threaded=True)
        self._http.daemon_threads = True  # type: ignore[attr-defined]
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def say(self, name: str, body: Json) -> None:
        """Tell everybody."""
        self.io.emit(name, body)

    def close(self) -> None:
        """Listen no longer."""
        self.io.shutdown()
        self._http.shutdown()
        self._http.server_close()

    def _subscribe(self, sid: str, body: Any) -> Json:
        self.asked.append(body)
        return self._answer(self, sid, body)


def board(events: Json, version: int, checksum: int, **more: Any) -> Json:
    """An odds_snapshot."""
    return {
        **{"sport": SPORT, "epoch": EPOCH, "version": version, "time": "2026-11-23T21:00:05.120Z"},
        **{"odds_format": "american", "checksum": checksum, "bookmakers": {}, "events": events},
        **{"feed": {"status": "live"}, **more},
    }


def update(since: int, version: int, patch: Json, checksum: int, **more: Any) -> Json:
    """An odds_update."""
    return {
        **{"sport": SPORT, "epoch": EPOCH, "from": since, "version": version, "patch": patch},
        **{"time": "2026-11-23T21:00:10.000Z", "checksum": checksum, "feed": {"status": "live"}},
        **more,
    }


def status(version: int, checksum: int, **more: Any) -> Json:
    """A feed_status."""
    known = {"sport": SPORT, "epoch": EPOCH, "version": version, "checksum": checksum}
    return known | {"feed": {"status": "live"}} | more
