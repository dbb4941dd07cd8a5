"""The sandbox as a WSGI app: `/v4/...` speaks the contract, `/_sandbox/...` steers it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from flask import Flask, Response, request

from linefinder.config import is_loopback
from linefinder.domain.odds import parse_time
from linefinder.domain.sports import TITLES
from linefinder.provider.sandbox.account import Account
from linefinder.provider.sandbox.contract import (
    Refusal,
    answer,
    fixture,
    offered,
    query_from,
    returned,
)
from linefinder.provider.sandbox.faults import BadFault, Fault, Faults, fault_from
from linefinder.provider.sandbox.source import Body, Source

UPCOMING = 8
MARKETS_COST = 1
SCORES_COST, ENDED_COST = 1, 2
LONGEST_AGO = 3
LARGEST_REQUEST = 64 * 1024
DRIPS = 20
LONGEST_SLEEP = 0.5
KEY_FAULTS = {
    "invalid_key": (
        "INVALID_KEY",
        "API key is not valid. Get an API key at https://the-odds-api.com",
    ),
    "deactivated_key": (
        "DEACTIVATED_KEY",
        "API key is deactivated. This could be due to cancelation or a failed payment",
    ),
    "out_of_credits": (
        "OUT_OF_USAGE_CREDITS",
        "Usage quota has been reached. See usage plans at https://the-odds-api.com",
    ),
}


@dataclass
class Sandbox:
    """What one sandbox plays and counts."""

    source: Source
    account: Account
    now: Callable[[], datetime]
    faults: Faults = field(default_factory=Faults)
    calls: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_recording(self) -> bool:
        return bool(self.source.state(self.now())["source"] == "recording")

    def count(self, endpoint: str) -> None:
        with self.lock:
            self.calls[endpoint] += 1


def create_sandbox(
    source: Source, account: Account, now: Callable[[], datetime], faults: Faults | None = None
) -> Flask:
    """The sandbox as an application; it sleeps with `time.sleep` and needs a thread a request."""
    box = Sandbox(source, account, now, faults or Faults())
    app = Flask("linefinder.sandbox", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.extensions["sandbox"] = box
    app.register_error_handler(Refusal, lambda refusal: _refused(box, refusal))
    app.register_error_handler(404, lambda _: _refused(box, Refusal(404, "NOT_FOUND", "Not found")))
    app.add_url_rule("/v4/sports", view_func=lambda: _sports(box), endpoint="sports")
    app.add_url_rule("/v4/sports/", view_func=lambda: _sports(box), endpoint="sports_too")
    app.add_url_rule(
        "/v4/sports/<sport>/events", view_func=lambda sport: _events(box, sport), endpoint="events"
    )
    app.add_url_rule(
        "/v4/sports/<sport>/odds", view_func=lambda sport: _odds(box, sport), endpoint="odds"
    )
    app.add_url_rule(
        "/v4/sports/<sport>/scores", view_func=lambda sport: _scores(box, sport), endpoint="scores"
    )
    for what, view in (("markets", _event_markets), ("odds", _event_odds)):
        app.add_url_rule(
            f"/v4/sports/<sport>/events/<event>/{what}",
            view_func=partial(view, box),
            endpoint=f"event_{what}",
        )
    _steer(app, box)
    return app


def _sports(box: Sandbox) -> Response:
    def body() -> tuple[Body, int]:
        listed = [
            {
                "key": key,
                "group": key.split("_")[0].title(),
                "title": TITLES.get(key, key),
                "description": TITLES.get(key, key),
                "active": True,
                "has_outrights": False,
            }
            for key in box.source.sports()
        ]
        return listed, 0

    return _call(box, "sports", None, body)


def _events(box: Sandbox, sport: str) -> Response:
    def body() -> tuple[Body, int]:
        return [fixture(event) for event in _of(box, sport)], 0

    return _call(box, "events", sport, body)


def _odds(box: Sandbox, sport: str) -> Response:
    def body() -> tuple[Body, int]:
        query = query_from(request.args)
        _afford(box, query.cost)
        events = answer(_of(box, sport), query, as_recorded=box.is_recording())
        return events, query.cost if events else 0

    return _call(box, "odds", sport, body)


def _scores(box: Sandbox, sport: str) -> Response:
    def body() -> tuple[Body, int]:
        days = _days_ago(request.args.get("daysFrom"))
        cost = ENDED_COST if days else SCORES_COST
        _afford(box, cost)
        if sport not in box.source.sports():
            raise Refusal(404, "UNKNOWN_SPORT", "Unknown sport")
        games = box.source.scores(sport, box.now(), days)
        return games, cost if games else 0

    return _call(box, "scores", sport, body)


def _days_ago(text: str | None) -> int:
    if text is None:
        return 0
    if text not in map(str, range(1, LONGEST_AGO + 1)):
        raise Refusal(422, "INVALID_SCORES_DAYS_FROM", "Invalid daysFrom parameter")
    return int(text)


def _event_markets(box: Sandbox, sport: str, event: str) -> Response:
    def body() -> tuple[Any, int]:
        query, found = query_from(request.args, featured=False), _event(box, sport, event)
        _afford(box, MARKETS_COST)
        return offered(found, query, as_recorded=box.is_recording()), MARKETS_COST

    return _call(box, "event_markets", sport, body)


def _event_odds(box: Sandbox, sport: str, event: str) -> Response:
    def body() -> tuple[Any, int]:
        query, found = query_from(request.args, featured=False), _event(box, sport, event)
        _afford(box, query.cost)
        told = answer([found], query, as_recorded=box.is_recording())[0]
        return told, returned(told, query)

    return _call(box, "event_odds", sport, body)


def _event(box: Sandbox, sport: str, event: str) -> dict[str, Any]:
    if sport not in box.source.sports():
        raise Refusal(404, "UNKNOWN_SPORT", "Unknown sport")
    found = box.source.event(sport, event, box.now())
    if found is None:
        raise Refusal(404, "EVENT_NOT_FOUND", "Event not found")
    return found


def _afford(box: Sandbox, cost: int) -> None:
    if not box.account.affords(cost, box.now()):
        raise Refusal(401, *KEY_FAULTS["out_of_credits"])


def _of(box: Sandbox, sport: str) -> Body:
    at = box.now()
    if sport == "upcoming":
        return _upcoming(box, at)
    if sport not in box.source.sports():
        raise Refusal(404, "UNKNOWN_SPORT", "Unknown sport")
    return box.source.odds(sport, at)


def _upcoming(box: Sandbox, at: datetime) -> Body:
    """Live games and the next eight of all sports."""
    events = [event for sport in box.source.sports() for event in box.source.odds(sport, at)]
    events.sort(key=lambda event: parse_time(event["commence_time"]))
    live = sum(parse_time(event["commence_time"]) <= at for event in events)
    return events[: live + UPCOMING]


def _call(
    box: Sandbox, endpoint: str, sport: str | None, body: Callable[[], tuple[Any, int]]
) -> Response:
    """One call: counted, checked, spoiled by a fault if there is one, charged."""
    box.count(endpoint)
    if box.account.is_too_fast(box.now()):
        raise Refusal(429, "EXCEEDED_FREQ_LIMIT", "Requests are too frequent")
    if not request.args.get("apiKey"):
        raise Refusal(401, "MISSING_KEY", "API key is missing")
    fault = box.faults.take(endpoint, sport)
    if fault:
        _refuse_by(fault)
        if fault.kind == "timeout":
            _sleep(fault.seconds)
    value, cost = ([], 0) if fault and fault.kind == "empty" else body()
    box.account.spend(cost, box.now())
    headers = box.account.headers(cost, box.now())
    return _spoiled(fault, value, headers) if fault else _plain(value, headers)


def _refuse_by(fault: Fault) -> None:
    if fault.kind in KEY_FAULTS:
        raise Refusal(401, *KEY_FAULTS[fault.kind])
    if fault.kind == "rate_limit":
        raise Refusal(429, "EXCEEDED_FREQ_LIMIT", "Requests are too frequent")
    if fault.kind == "status":
        raise Refusal(fault.status, "FAULT", f"A fault of the sandbox: {fault.status}")


def _spoiled(fault: Fault, value: Body, headers: dict[str, str]) -> Response:
    if fault.kind == "no_headers":
        return _plain(value, {})
    if fault.kind == "garbage":
        return Response(b"<html>Bad gateway</html>", headers=headers, mimetype="text/html")
    if fault.kind == "not_a_list":
        return _plain({"events": value}, headers)
    if fault.kind == "malformed_event":
        return _plain(_with_one_broken(value), headers)
    data = msgspec.json.encode(value)
    length = {**headers, "Content-Length": str(len(data)), "Content-Type": "application/json"}
    if fault.kind == "cut":
        return Response(_half_of(data), headers=length, direct_passthrough=True)
    if fault.kind == "slow":
        return Response(_dripped(data, fault.seconds), headers=length, direct_passthrough=True)
    return _plain(value, headers)


def _with_one_broken(value: Any) -> Any:
    if not value:
        return value
    if isinstance(value, dict):
        return {**value, "bookmakers": [{"key": 7}]}
    broken = {**value[0], "commence_time": "soon", "bookmakers": [{"key": 7}]}
    return [broken, *value[1:]]


def _half_of(data: bytes) -> Iterator[bytes]:
    yield data[: len(data) // 2]
    raise ConnectionAbortedError("a fault of the sandbox: the body is cut off")


def _dripped(data: bytes, seconds: float) -> Iterable[bytes]:
    size = max(1, len(data) // DRIPS)
    for start in range(0, len(data), size):
        yield data[start : start + size]
        _sleep(seconds / DRIPS)


def _sleep(seconds: float) -> None:
    """In short pieces, so that a sandbox that stops is not kept."""
    while seconds > 0:
        time.sleep(min(seconds, LONGEST_SLEEP))
        seconds -= LONGEST_SLEEP


def _plain(value: Any, headers: dict[str, str], status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, headers, mimetype="application/json")


def _refused(box: Sandbox, refusal: Refusal) -> Response:
    return _plain(refusal.body, box.account.headers(0, box.now()), refusal.status)


class Steering(msgspec.Struct, forbid_unknown_fields=True):
    """What `/_sandbox/step` and `/_sandbox/account` take."""

    index: int | None = None
    size: int | None = None
    used: int | None = None


def _steer(app: Flask, box: Sandbox) -> None:
    app.register_error_handler(BadFault, lambda error: _plain({"error": str(error)}, {}, 400))
    app.add_url_rule(
        "/_sandbox/fault",
        view_func=lambda: _faults(box),
        endpoint="fault",
        methods=["GET", "POST", "DELETE"],
    )
    app.add_url_rule(
        "/_sandbox/step", view_func=lambda: _step(box), endpoint="step", methods=["POST"]
    )
    app.add_url_rule(
        "/_sandbox/account", view_func=lambda: _account(box), endpoint="account", methods=["POST"]
    )
    app.add_url_rule("/_sandbox/state", view_func=lambda: _state(box), endpoint="state")
    app.before_request(_only_from_here)


def _only_from_here() -> Response | None:
    if request.path.startswith("/_sandbox") and not is_loopback(request.remote_addr or ""):
        return _plain({"error": "steering is for this machine"}, {}, 403)
    return None


def _faults(box: Sandbox) -> Response:
    if request.method == "POST":
        box.faults.add(fault_from(_body(Any)))
    elif request.method == "DELETE":
        box.faults.clear()
    return _plain(box.faults.listed(), {})


def _step(box: Sandbox) -> Response:
    try:
        box.source.step(_body(Steering).index)
    except ValueError as error:
        raise BadFault(str(error)) from None
    return _state(box)


def _account(box: Sandbox) -> Response:
    asked = _body(Steering)
    if asked.size is not None:
        box.account.size = asked.size
    if asked.used is not None:
        box.account.used = asked.used
    return _state(box)


def _state(box: Sandbox) -> Response:
    state = box.source.state(box.now())
    credits_ = {"size": box.account.size, "used": box.account.used}
    counts = {"calls": dict(box.calls), "account": credits_, "faults": box.faults.listed()}
    return _plain({**state, **counts}, {})


def _body(kind: Any) -> Any:
    try:
        return msgspec.json.decode(request.get_data(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadFault(f"the body is not what is asked for: {error}") from None
