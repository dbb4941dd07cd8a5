"""REST (protocol.md). Boards come from memory; the OpenAPI document is made from these functions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zlib import crc32

from flask import Blueprint, Response, current_app, request
from msgspec import UNSET
from spectree import Response as Answers
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from linefinder import wire
from linefinder.domain.errors import Refused
from linefinder.domain.sports import alias_of
from linefinder.serving.access import Kind
from linefinder.store.engine import reading
from linefinder.web import past
from linefinder.web.rest import schema
from linefinder.web.rest.board_csv import board_csv
from linefinder.web.rest.detail import detail
from linefinder.web.rest.detail_schema import EventDetail
from linefinder.web.rest.document import Problem, document, spec
from linefinder.web.rest.exchange import answer, authorise, body, known
from linefinder.web.rest.spreadsheet import wants_csv
from linefinder.wiring import Wiring, wiring

bp = Blueprint("api", __name__, url_prefix="/api")


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
    query=schema.WhichBoard,
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
    if wants_csv():
        response = board_csv(w, past.seen(w, key, now))
        response.add_etag()
    else:
        at = past.asked_moment(now)
        message = past.message_of(past.board_at(key, at), at) if at else w.boards.snapshot(key, now)
        told = wire.encode(message)
        response = Response(told, mimetype="application/json")
        response.set_etag(f"{message['epoch']}-{message['version']}-{crc32(told):08x}")
    response.vary.add("Accept")
    return response.make_conditional(request)  # type: ignore[return-value]


@bp.get("/events/<event_id>")
@spec.validate(
    resp=Answers(HTTP_200=EventDetail, HTTP_404=Problem),
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
    takes = "takes 'enabled' (true or false), 'sports' and 'mode'"
    wanted = body(schema.Switch, takes)
    if wanted == schema.Switch():
        raise Refused("bad_request", "the body names none of 'enabled', 'sports' and 'mode'")
    sports = tuple(dict.fromkeys(map(known, wanted.sports or ())))
    wiring().switch.change(
        None if wanted.enabled is UNSET else wanted.enabled,
        None if wanted.sports is UNSET else sports,
        None if wanted.mode is UNSET else wanted.mode,
    )
    return _switch()


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
    said = {"ok": not problems, "full": w.is_full(), "problems": told}
    if not w.access.may(who, Kind.LIVE):
        said["access"] = False
    return answer(said, 503 if problems else 200)


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
    told = current_app.extensions.get("openapi")
    if told is None:
        told = current_app.extensions["openapi"] = document()
    return answer(told)
