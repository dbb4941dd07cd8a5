"""A provider of the tests: a tiny HTTP server that answers what a test tells it to."""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.canary import CANARY

KEY = CANARY


@dataclass
class Say:
    """One answer: a status, a body (bytes, or what JSON makes of it), more headers."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)

    def payload(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def refusal(status: int, code: str, message: str = "No.") -> Say:
    """A refusal in the provider's form."""
    return Say(status, {"message": message, "error_code": code, "details_url": "https://x"})


Talk = Callable[[socket.socket], None]
"""What a test does with the bare connection instead of an answer."""


LOOKS_EVERY = 0.003
"""Seconds between two looks whether it shall end: every house of the tests waits for one of them."""


class Upstream:
    """Serves boards, counts credits, and breaks on demand.

    odds, scores: events by sport key. extras: an event with all its markets, by id. answers: taken one
    after the other by `/odds` before `odds` counts. for_all: if set, what every endpoint answers.
    asked: all requests as (path, query) in order. remaining, used: the account; None leaves the headers
    out. hold: while cleared, `/odds` waits.
    """

    def __init__(self, cost: int = 3) -> None:
        self.odds: dict[str, Any] = {}
        self.fixtures: dict[str, Any] = {}
        self.extras: dict[str, Any] = {}
        self.scores: dict[str, Any] = {}
        self.sports: list[Any] = [{"key": "basketball_nba", "title": "NBA", "active": True}]
        self.answers: deque[Say | Talk] = deque()
        self.for_all: Say | Talk | None = None
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.cost, self.remaining, self.used = cost, 400, 100
        self.tells_quota = True
        self.hold = threading.Event()
        self.hold.set()
        self.entered = threading.Semaphore(0)
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                upstream._serve(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(LOOKS_EVERY,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Listen no longer; whoever is held is let go."""
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def paid(self) -> int:
        """How many times `/odds` of a sport was asked."""
        return sum(path.endswith("/odds") and "/events/" not in path for path, _ in self.asked)

    def free(self) -> list[str]:
        """The other requests, by the last part of their path."""
        return [path.rpartition("/")[2] for path, _ in self.asked if not path.endswith("/odds")]

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.asked.append((parts.path, query))
        say = self._answer(parts.path)
        try:
            if callable(say):
                say(handler.connection)
                handler.close_connection = True
                return
            self._send(handler, say)
        except OSError:
            handler.close_connection = True  # the client has gone

    def _send(self, handler: BaseHTTPRequestHandler, say: Say) -> None:
        body = say.payload()
        handler.send_response(say.status)
        for name, value in {"Content-Type": "application/json", **say.headers}.items():
            handler.send_header(name, value)
        if "Content-Length" not in say.headers:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _answer(self, path: str) -> Say | Talk:
        sport, what = path.split("/")[-2:]
        if what == "odds":
            self.entered.release()
            self.hold.wait(60)
        if self.for_all:
            return self.for_all
        if "/events/" in path and what in ("markets", "odds"):
            return self._answer_of(path.split("/")[-2], what)
        if what == "sports":
            return Say(200, self.sports, self._quota(0))
        if what == "events":
            events = self.fixtures.get(sport, self.odds.get(sport, []))
            return Say(200, [fixture(event) for event in events], self._quota(0))
        if what == "scores" and not self.answers:
            found = self.scores.get(sport, [])
            cost = 2 if "daysFrom" in self.asked[-1][1] else 1
            return Say(200, found, self._quota(cost if found else 0))
        if self.answers:
            said = self.answers.popleft()
            if isinstance(said, Say) and self.tells_quota:
                said.headers = {**self._quota(0), **said.headers}
            return said
        body = self.odds.get(sport, [])
        return Say(200, body, self._quota(self.cost if body else 0))

    def _answer_of(self, event: str, what: str) -> Say | Talk:
        """Of one event: `markets` costs 1, `odds` a credit for each market that is returned."""
        if self.answers:
            return self.answers.popleft()
        found = self.extras.get(event)
        if found is None:
            return refusal(404, "EVENT_NOT_FOUND")
        if what == "markets":
            return Say(200, found, self._quota(1))
        wanted = self.asked[-1][1]["markets"].split(",")
        books = [
            {**book, "markets": [one for one in book["markets"] if one["key"] in wanted]}
            for book in found["bookmakers"]
        ]
        cost = len({market["key"] for book in books for market in book["markets"]})
        return Say(200, {**found, "bookmakers": books}, self._quota(cost))

    def _quota(self, cost: int) -> dict[str, str]:
        if not self.tells_quota:
            return {}
        self.remaining, self.used = self.remaining - cost, self.used + cost
        told = {"remaining": self.remaining, "used": self.used, "last": cost}
        return {f"x-requests-{name}": str(number) for name, number in told.items()}


def fixture(event: dict[str, Any]) -> dict[str, Any]:
    """An event as `/events` tells it."""
    return {key: value for key, value in event.items() if key != "bookmakers"}


def odds_of(
    price: float = -110,
    *,
    stamp: str = "2026-11-23T20:59:41Z",
    key: str = "e1",
    books: tuple[str, ...] = ("draftkings", "fanduel"),
    starts: str = "2026-11-24T00:10:00Z",
) -> dict[str, Any]:
    """An event of `/odds` with h2h and totals, whose first price is `price`."""
    return {
        "id": key,
        "sport_key": "basketball_nba",
        "sport_title": "NBA",
        "commence_time": starts,
        "home_team": "Boston Celtics",
        "away_team": "Miami Heat",
        "bookmakers": [_book(name, price, stamp) for name in books],
    }


def _book(name: str, price: float, stamp: str) -> dict[str, Any]:
    h2h = [{"name": "Boston Celtics", "price": price}, {"name": "Miami Heat", "price": 180}]
    totals = [{"name": side, "price": -110, "point": 221.5} for side in ("Over", "Under")]
    markets = [
        {"key": key, "last_update": stamp, "outcomes": outcomes}
        for key, outcomes in (("h2h", h2h), ("totals", totals))
    ]
    return {"key": name, "title": name.title(), "last_update": stamp, "markets": markets}
