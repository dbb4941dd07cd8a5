"""REST (protocol.md). Boards come from memory; the OpenAPI document is made from these functions."""

from __future__ import annotations

import hmac
from datetime import datetime
from types import UnionType
from typing import Any, get_args
from zlib import crc32

import msgspec
from flask import Blueprint, Response, current_app, request
from msgspec import UNSET
from spectree import Response as Answers
from spectree import SecurityScheme, SecuritySchemeData, SpecTree
from spectree.model_adapter import get_msgspec_model_adapter
from spectree.models import SecureType
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from linefinder import wire
from linefinder.access import Kind
from linefinder.domain.errors import Refused
from linefinder.domain.sports import alias_of, sport_key
from linefinder.store.engine import reading
from linefinder.web import past, schema
from linefinder.web.detail import detail
from linefinder.wiring import Wiring, wiring

bp = Blueprint("api", __name__, url_prefix="/api")


def _name(model: Any) -> str:
    """The name of a shape in the document; a list of Sport (spectree wraps it) is Sports."""
    if isinstance(model, UnionType):
        return "Or".join(map(_name, get_args(model)))
    while get_args(model):
        model = get_args(model)[0]
        if not get_args(model):
            return f"{model.__name__}s"
    return str(model.__name__)


BEARER = SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")
spec = SpecTree(
    "flask",
    model_adapter=get_msgspec_model_adapter(),
    mode="strict",
    title="LineFinder",
    version="1",
    description="Live odds boards. Refusals are problem details (RFC 9457) with a `code`.",
    naming_strategy=_name,
    nested_naming_strategy=lambda _parent, child: child,
    validation_error_status=400,
    validation_error_model=schema.Problem,
    security_schemes=[SecurityScheme(name="token", data=BEARER)],
)
Problem = schema.Problem
AT_THE_DOOR = {
    "401": "BOARD_ACCESS or DATA_ACCESS keeps it for a page's pass or a token",
    "429": "REST_RATE_LIMIT",
}
"""What every operation but health may answer before it is even looked at (doors.py)."""

MEDIA_TYPES = {"Problem": "application/problem+json", "EventStream": "text/event-stream"}


def answer(value: Any, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(wire.encode(value), status, mimetype="application/json")


def known(name: str) -> str:
    sport = sport_key(name)
    if not wiring().boards.knows(sport):
        raise Refused("unknown_sport", f"there is no sport {name[:64]!r}", 404)
    return sport


@bp.get("/sports")
@spec.validate(resp=Answers(HTTP_200=list[schema.Sport]), skip_validation=True, tags=["boards"])
def sports() -> Response:
    """Every known sport: whether it is in season and polled, and how its data stands."""
    w = wiring()
    now = w.now()
    return answer([_sport(w, key, now) for key in sorted(w.boards.titles)])


def _sport(w: Wiring, key: str, now: datetime) -> dict[str, Any]:
    feed = w.boards.feed(key, now)
    return {
        "sport": key,
        "alias": alias_of(key),
        "title": w.boards.titles[key],
        "active": w.boards.active.get(key, True),
        "polled": key in w.wanted.sports,
        "status": feed["status"],
        "data_at": feed["data_at"],
        "events": len(w.boards.stream(key).board.events),
    }


@bp.get("/odds/<sport>")
@spec.validate(
    query=schema.Moment,
    resp=Answers(
        "HTTP_304", HTTP_200=schema.Board, HTTP_400=Problem, HTTP_404=Problem, HTTP_410=Problem
    ),
    skip_validation=True,
    tags=["boards"],
)
def odds(sport: str) -> Response:
    """The board of a sport, or as it stood at a moment. The ETag changes whenever the body does."""
    w = wiring()
    key, now = known(sport), w.now()
    at = past.asked_moment(now)
    message = past.message_of(past.board_at(key, at), at) if at else w.boards.snapshot(key, now)
    body = wire.encode(message)
    response = Response(body, mimetype="application/json")
    response.set_etag(f"{message['epoch']}-{message['version']}-{crc32(body):08x}")
    response.make_conditional(request)
    return response


@bp.get("/events/<event_id>")
@spec.validate(
    resp=Answers(HTTP_200=schema.EventDetail, HTTP_404=Problem),
    skip_validation=True,
    tags=["boards"],
)
def event(event_id: str) -> Response:
    """An event on one of the boards: its lines, how each opened, which are best, what is fair."""
    w = wiring()
    for key in w.boards.sports():
        board = w.boards.stream(key).board
        if event_id in board.events:
            return answer(detail(w, board, event_id))
    raise Refused("unknown_event", f"no board has the event {event_id[:64]!r}", 404)


@bp.post("/refresh/<sport>")
@spec.validate(
    resp=Answers(
        HTTP_200=schema.Refreshed,
        HTTP_401=Problem,
        HTTP_403=Problem,
        HTTP_404=Problem,
        HTTP_429=Problem,
        HTTP_502=Problem,
        HTTP_503=Problem,
        HTTP_504=Problem,
    ),
    skip_validation=True,
    security={"token": []},
    tags=["control"],
)
def refresh(sport: str) -> Response:
    """Poll a sport now, also while polling is off. Costs credits."""
    authorise()
    return answer(wiring().refresh(known(sport))._asdict())


@bp.get("/polling")
@spec.validate(resp=Answers(HTTP_200=schema.Polling), skip_validation=True, tags=["control"])
def polling() -> Response:
    """Whether the provider is polled in the background, and whether that was switched at run time."""
    return _switch()


def _switch() -> Response:
    w = wiring()
    wanted = w.wanted
    told = {"enabled": wanted.on, "switched": wanted.stored}
    return answer({**told, "sports": wanted.sports, "mode": wanted.mode})


@bp.put("/polling")
@spec.validate(
    json=schema.Switch,
    resp=Answers(
        HTTP_200=schema.Polling, HTTP_401=Problem, HTTP_403=Problem, HTTP_404=Problem, HTTP_413=Problem,
        HTTP_415=Problem, HTTP_503=Problem,
    ),
    skip_validation=True,
    security={"token": []},
    tags=["control"],
)  # fmt: skip
def switch_polling() -> Response:
    """The master switch; also which sports are polled, and how. Stored, and wins over the settings."""
    authorise()
    if request.mimetype != "application/json":
        raise Refused("bad_request", "send JSON with Content-Type: application/json", 415)
    try:
        wanted = msgspec.json.decode(request.get_data(), type=schema.Switch)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(
            "bad_request",
            f"the body takes 'enabled' (true or false), 'sports' and 'mode': {error}",
        ) from None
    if wanted == schema.Switch():
        raise Refused("bad_request", "the body names none of 'enabled', 'sports' and 'mode'")
    sports = tuple(dict.fromkeys(map(known, wanted.sports or ())))
    wiring().switch.change(
        None if wanted.enabled is UNSET else wanted.enabled,
        None if wanted.sports is UNSET else sports,
        None if wanted.mode is UNSET else wanted.mode,
    )
    return _switch()


def authorise() -> None:
    """Who may spend credits: pages of our own origins, and whoever has the token if there is one."""
    check_origin()
    if not has_token() and wiring().config.refresh_token:
        raise Refused("unauthorised", "this needs the refresh token", 401)


def has_token() -> bool:
    """Whether the request carries the refresh token; never where there is none."""
    token = wiring().config.refresh_token
    given = request.headers.get("Authorization", "")
    scheme, _, word = given.partition(" ")
    right = scheme.lower() == "bearer" and hmac.compare_digest(
        word.strip().encode("utf-8", "replace"), token.encode()
    )
    return bool(token) and right


def check_origin() -> None:
    """Refuse pages of foreign origins: they may neither spend credits nor take seats."""
    origin = request.headers.get("Origin")
    if origin is not None and origin not in wiring().origins:
        raise Refused("forbidden_origin", f"pages of {origin[:100]} may not do this", 403)


@bp.get("/health")
@spec.validate(
    resp=Answers(HTTP_200=schema.Health, HTTP_503=schema.Health),
    skip_validation=True,
    tags=["operation"],
)
def health() -> Response:
    """200 where all is well, else 503 with what is wrong; `full` where every seat is taken. `access` is
    false where who asks may not see boards; a private board tells strangers no more than that."""
    w = wiring()
    problems = [problem for problem in (_database(), w.health.problem(w.now())) if problem]
    who = w.access.visitor(request.environ)
    told = problems if w.access.may(who, Kind.REST) else []
    body = {"ok": not problems, "full": w.is_full(), "problems": told}
    if not w.access.may(who, Kind.LIVE):
        body["access"] = False
    return answer(body, 503 if problems else 200)


def _database() -> str | None:
    try:
        with reading() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "the database does not answer"
    return None


@bp.get("/openapi.json")
def openapi() -> Response:
    """This document."""
    document = current_app.extensions.get("openapi")
    if document is None:
        document = current_app.extensions["openapi"] = _document()
    return answer(document)


def _document() -> dict[str, Any]:
    """The generated document, with what is not plain JSON under its own media type."""
    document: dict[str, Any] = spec.spec
    document["components"]["schemas"]["Switch"]["minProperties"] = 1
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if path != "/api/health":
                for status, words in AT_THE_DOOR.items():
                    refusal = {"description": words, "content": dict(problem)}
                    operation["responses"].setdefault(status, refusal)
            for answer in operation["responses"].values():
                content = answer.get("content", {})
                refers = content.get("application/json", {}).get("schema", {}).get("$ref", "")
                kind = MEDIA_TYPES.get(refers.rpartition("/")[2])
                if kind:
                    content[kind] = content.pop("application/json")
    return document
