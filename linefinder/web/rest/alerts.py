"""REST for alerts: the rules of a browser, its quiet hours, and what it was told last."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import msgspec
from flask import Blueprint, Response, request
from spectree import Response as Answers

from linefinder import wire
from linefinder.domain.errors import Refused
from linefinder.domain.odds import iso
from linefinder.domain.rules import (
    BROWSER_ID,
    TAKES,
    Quiet,
    Rule,
    check_rule,
    quiet_of,
    time_of,
)
from linefinder.domain.sports import sport_key
from linefinder.store import told, watchers
from linefinder.web.rest import alert_schema as schema
from linefinder.web.rest.document import Problem, spec
from linefinder.web.rest.exchange import answer, body, check_origin
from linefinder.web.shown.text import age_text
from linefinder.wiring import Wiring, wiring

bp = Blueprint("alerts", __name__, url_prefix="/api/alerts")
RECENT = 50
TAGS = ["alerts"]
FITS = "does not fit"
REFUSALS = {f"HTTP_{status}": Problem for status in (403, 404, 409, 413, 415, 503)}


def watcher() -> str:
    """Who asks, by the hash of its id."""
    check_origin()
    key = request.headers.get("LineFinder-Browser", "")
    if not BROWSER_ID.fullmatch(key):
        raise Refused(
            "bad_request", "the header LineFinder-Browser takes 32 to 64 of A-Z, a-z, 0-9, - and _"
        )
    return watchers.hashed(key)


@bp.get("/rules")
@spec.validate(
    headers=schema.Browser, resp=Answers(HTTP_200=schema.Rules, HTTP_403=Problem, HTTP_503=Problem),
    skip_validation=True, tags=TAGS,
)  # fmt: skip
def rules() -> Response:
    """The rules of a browser, and its quiet hours."""
    mine = watcher()
    watchers.seen(mine, wiring().now())
    kept = [_shown(rule) for rule in watchers.rules_of(mine)]
    return answer({"rules": kept, "quiet": _quiet(watchers.quiet_hours(mine))})


def _shown(kept: watchers.KeptRule) -> dict[str, Any]:
    rule = msgspec.json.decode(kept.body, type=Rule)
    takes = {field.name: getattr(rule, field.name) for field in fields(rule)}
    said = {name: takes[name] for name in takes if name in TAKES[rule.kind]}
    known = {name: value for name, value in said.items() if value not in (None, ())}
    why = why_not(rule, wiring())
    over = iso(kept.made_at + watchers.RULES_LAST)
    return {"id": kept.key, "made_at": iso(kept.made_at), "until": over, **known} | (
        {"warning": why} if why else {}
    )


def why_not(rule: Rule, w: Wiring) -> str:
    """Why a rule can't fire as things are; empty where it can."""
    if not w.wanted.on or rule.sport not in w.wanted.sports:
        return "can't fire by itself: nothing polls this sport, so only a refresh brings news"
    forecast = w.cadence.forecast(w.now())
    if forecast is None:
        return ""
    if math.isinf(forecast.interval):
        return "can't fire at this rate: the credits pay for no poll before the reset"
    if rule.kind != "steam" or forecast.interval <= rule.seconds:
        return ""
    often = "on average every" if w.cadence.is_planned(w.now()) else "every"
    return (
        f"can't fire at this rate: polls come {often} {age_text(forecast.interval)}, "
        f"further apart than its {age_text(rule.seconds)}"
    )


def _quiet(quiet: Quiet | None) -> dict[str, str] | None:
    if quiet is None:
        return None
    return {"from": time_of(quiet.start), "to": time_of(quiet.end), "zone": quiet.zone}


@bp.post("/rules")
@spec.validate(
    json=schema.AnyRule, headers=schema.Browser,
    resp=Answers(HTTP_201=schema.Rule, **REFUSALS), skip_validation=True, tags=TAGS,
)  # fmt: skip
def add_rule() -> Response:
    """Wait for something. A browser keeps 50 rules."""
    mine, w = watcher(), wiring()
    said = _said(body(schema.AnyRule, FITS))
    sport = said["sport"] = sport_key(said["sport"])
    if not w.boards.knows(sport):
        raise Refused("unknown_sport", f"there is no sport {sport!r}", 404)
    board = w.boards.stream(sport).board
    if said.get("event") is not None and said["event"] not in board.events:
        raise Refused("unknown_event", f"no board has the event {said['event'][:64]!r}", 404)
    try:
        rule = check_rule(Rule(**said, odds_format=board.odds_format))
    except ValueError as error:
        raise Refused("bad_rule", str(error), 409) from None
    return answer(_shown(watchers.add_rule(mine, sport, _kept(rule), w.now())), 201)


def _said(asked: Any) -> dict[str, Any]:
    """What a request says: a whole number may be written as 3.0 in JSON."""
    said: dict[str, Any] = msgspec.to_builtins(asked)
    if "books" in said:
        said["books"] = int(said["books"])
    return said | {name: tuple(said[name]) for name in ("kinds", "mine") if name in said}


def _kept(rule: Rule) -> str:
    return wire.encode(rule).decode()


@bp.delete("/rules/<rule_id>")
@spec.validate(
    headers=schema.Browser,
    resp=Answers("HTTP_204", HTTP_403=Problem, HTTP_404=Problem, HTTP_503=Problem),
    skip_validation=True, tags=TAGS,
)  # fmt: skip
def remove_rule(rule_id: str) -> Response:
    """Wait for it no longer."""
    if not watchers.remove_rule(rule_id.replace("\0", ""), watcher()):
        raise Refused("unknown_rule", f"this browser has no rule {rule_id[:64]!r}", 404)
    return Response(status=204)


@bp.put("/quiet")
@spec.validate(
    json=schema.Quiet, headers=schema.Browser, resp=Answers(HTTP_200=schema.Quiet, **REFUSALS),
    skip_validation=True, tags=TAGS,
)  # fmt: skip
def quiet() -> Response:
    """Hours in which this browser is told nothing aloud; null for none."""
    mine, asked = watcher(), body(schema.Quiet, FITS).quiet
    try:
        hours = quiet_of(asked.start, asked.end, asked.zone) if asked else None
    except ValueError as error:
        raise Refused("unknown_zone", str(error), 404) from None
    watchers.set_quiet(mine, hours, wiring().now())
    return answer({"quiet": _quiet(hours)})


@bp.get("/recent")
@spec.validate(
    headers=schema.Browser,
    resp=Answers(HTTP_200=schema.Recent, HTTP_403=Problem, HTTP_503=Problem),
    skip_validation=True, tags=TAGS,
)  # fmt: skip
def recent() -> Response:
    """What this browser was told last, newest first."""
    bodies = [msgspec.Raw(body.encode()) for _, body in told.recent(watcher(), RECENT)]
    return answer({"alerts": bodies})
