"""The sandbox as a WSGI app: `/v4/...` speaks the contract, `/_sandbox/...` (steering.py) steers it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from flask import Flask, Response, request

from linefinder.domain.odds import parse_time
from linefinder.domain.sports import TITLES
from linefinder.provider.sandbox.account import Account
from linefinder.provider.sandbox.box import Sandbox, plain
from linefinder.provider.sandbox.contract import (
    Refusal,
    answer,
    fixture,
    offered,
    query_from,
    returned,
)
from linefinder.provider.sandbox.faults import Faults
from linefinder.provider.sandbox.source import Body, Source
from linefinder.provider.sandbox.spoiling import KEY_FAULTS, refuse_by, sleep, spoiled
from linefinder.provider.sandbox.steering import steer

UPCOMING = 8
MARKETS_COST = 1
SCORES_COST, ENDED_COST = 1, 2
LONGEST_AGO = 3
LARGEST_REQUEST = 64 * 1024


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
    steer(app, box)
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
        refuse_by(fault)
        if fault.kind == "timeout":
            sleep(fault.seconds)
    value, cost = ([], 0) if fault and fault.kind == "empty" else body()
    box.account.spend(cost, box.now())
    headers = box.account.headers(cost, box.now())
    return spoiled(fault, value, headers) if fault else plain(value, headers)


def _refused(box: Sandbox, refusal: Refusal) -> Response:
    return plain(refusal.body, box.account.headers(0, box.now()), refusal.status)
