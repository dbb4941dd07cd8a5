"""What is fed: each target takes any bytes, and raises only where LineFinder does something wrong.
A clear refusal is right, and so is an answer that keeps its promises."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import BytesIO
from math import isfinite
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from flask import Flask
from socketio import packet
from werkzeug.test import create_environ, run_wsgi_app

from linefinder import wire
from linefinder.domain.delta import apply
from linefinder.domain.errors import BrokenAnswer, Refused
from linefinder.domain.odds import LIMIT, Board, each_line
from linefinder.domain.stream import advance
from linefinder.live.sockets import BoardSockets, _fields
from linefinder.provider.normalise import Seen, normalise
from linefinder.provider.props import read_offered, read_sheets
from linefinder.provider.scores import read_scores
from tests.support.judge import checksum_of
from tests.support.rooms import House, open_house
from tests.support.upstream import odds_of

Target = Callable[[bytes], None]
NOW = datetime(2026, 11, 24, tzinfo=UTC)
EMPTY = Board("basketball_nba", "9f2c41d0", "american")
LONGEST_NAME = 600
CODES = {"bad_request", "unknown_sport", "too_many_requests"}
ANSWERS = {"application/json", "application/problem+json", "text/html", "text/csv", "text/plain"}
ANSWERS |= {"text/event-stream"}


class Provided:
    """An answer of the provider, whatever it is: refused whole, or a board that adds up."""

    def __init__(self) -> None:
        self._seen, self._board, self._texts = Seen(), EMPTY, dict[Any, Any]()

    def __call__(self, data: bytes) -> None:
        try:
            odds = normalise(data, self._seen)
        except BrokenAnswer:
            return
        assert odds == normalise(data), "what was seen before changes what is read"
        for key, (price, point) in each_line(odds.events):
            assert isfinite(price), key
            assert abs(price) <= LIMIT and (point is None or abs(point) <= LIMIT), key  # noqa: PT018
            assert all(0 < len(name) <= LONGEST_NAME and "\0" not in name for name in key), key
        board, texts, delta = advance(self._board, self._texts, odds, NOW)
        if delta is None:
            return
        told = json.loads(wire.encode(board.events))
        assert board.checksum == checksum_of(told), "a browser would throw it away"
        assert apply(self._board.events, delta.patch) == board.events
        wire.encode([odds.left_out, odds.bookmakers, delta.patch])
        self._board, self._texts = board, texts


def beside(data: bytes) -> None:
    """What is asked for beside the polls, whatever it is: refused whole, or such as can be told."""
    with suppress(BrokenAnswer):
        for event, score in read_scores(data, NOW).items():
            texts = [event, score.home or "", score.away or ""]
            assert all(len(text) <= LONGEST_NAME and "\0" not in text for text in texts), texts
            assert score.at <= NOW, "told before it was so"
            wire.encode(wire.score_dict(score))
    with suppress(BrokenAnswer):
        assert all(len(market) <= LONGEST_NAME for market in read_offered(data))
    with suppress(BrokenAnswer):
        for sheet in read_sheets(data).sheets.values():
            for prop, price in (line for lines in sheet.values() for line in lines.items()):
                assert isfinite(price), prop
                assert abs(price) <= LIMIT, prop
                assert all("\0" not in text for text in prop[:2]), prop
            wire.encode([[*map(list, lines.items())] for lines in sheet.values()])


class Subscribed:
    """A packet of Socket.IO, whatever it is: dropped, or answered with yes or a clear no."""

    def __init__(self, house: House) -> None:
        self._room = BoardSockets(house.wiring, SimpleNamespace())  # type: ignore[arg-type]

    def __call__(self, data: bytes) -> None:
        try:
            said = packet.Packet(encoded_packet=data.decode("utf-8", "replace")).data
        except (ValueError, TypeError, IndexError, RecursionError):
            return  # the engine closes such a client
        if not (isinstance(said, list) and said and isinstance(said[0], str)):
            said = ["subscribe", said]
        told = self._answer(said[0], tuple(said[1:]))
        text = json.dumps(told)
        assert told["ok"] is True or told["error"]["code"] in CODES, text
        assert len(text) < 1000, "a client makes us talk"

    def _answer(self, name: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
        handlers = {
            "subscribe": self._room.on_subscribe,
            "unsubscribe": self._room.on_unsubscribe,
            "subscribe_alerts": self._room.on_subscribe_alerts,
            "unsubscribe_alerts": self._room.on_unsubscribe_alerts,
        }
        if name not in handlers:
            name = "subscribe"  # a name that is none is refused before it comes to this
        try:
            asked = _fields(name, arguments)
        except Refused as refused:
            return {"ok": False, "error": {"code": refused.code, "message": refused.message}}
        return handlers[name]("a socket", asked)


METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH")
PATHS = (
    "/api/odds/{}",
    "/api/odds/nba?at={}",
    "/api/events/{}",
    "/api/events/e1/history?{}",
    "/api/stream/nba?last_event_id={}",
    "/api/refresh/{}",
    "/api/polling",
    "/api/alerts/rules",
    "/api/alerts/rules/{}",
    "/api/alerts/quiet",
    "/api/alerts/push",
    "/api/alerts/webhooks",
    "/{}",
    "/event/{}",
    "/login?to={}",
    "/api/events/{}/props",
    "/api/events/e1/props/{}",
    "/api/events/e1/closing?{}",
    "/slip/e1?{}",
    "/finder?{}",
    "/tonight?{}",
)


class Asked:
    """A request, whatever it is: an answer of a known kind, never a mistake of ours. The first two
    bytes choose method and path; the rest, in the path and as the body, is the question."""

    def __init__(self, house: House) -> None:
        self._app: Flask = house.app
        headers = {"LineFinder-Browser": "b" * 40, "Content-Type": "application/json"}
        self._environ = create_environ("/", headers=headers)

    def __call__(self, data: bytes) -> None:
        data = data.ljust(2, b"\0")
        method, path = METHODS[data[0] % len(METHODS)], PATHS[data[1] % len(PATHS)]
        body = data[2:]
        path, _, query = path.format(body[:300].decode("latin-1")).partition("?")
        environ = {
            **self._environ,
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
        }
        environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        answer, status, headers = run_wsgi_app(self._app.wsgi_app, environ, buffered=True)
        code, kind = int(status[:3]), headers.get("Content-Type", "").partition(";")[0]
        assert code < 500 or code == 503, (method, path, status)
        assert kind in ANSWERS or not b"".join(answer), kind


@contextmanager
def targets(folder: Path) -> Iterator[dict[str, Target]]:
    """Every target by its name, on a board of one event."""
    settings = {"REFRESH_PER_HOUR": "0", "ALERT_WEBHOOKS": "true", "BOARD_PASSWORD": "open sesame"}
    with open_house(folder, **settings) as house:  # type: ignore[arg-type]
        house.poll(odds_of())
        house.wiring.listeners.goodbye({})  # streams end as soon as they have said what they hold
        house.wiring.sending.inside = False
        house.app.config["PROPAGATE_EXCEPTIONS"] = True  # a mistake is to be seen, not answered
        # a mock would keep every call
        silent: dict[str, Any] = dict.fromkeys(
            ("enter_room", "leave_room", "emit"), lambda *_, **__: None
        )
        with mock.patch.multiple(BoardSockets, **silent):
            yield {
                "provided": Provided(),
                "beside": beside,
                "subscribed": Subscribed(house),
                "asked": Asked(house),
            }
