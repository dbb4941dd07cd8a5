"""REST about everything that the lines of an event ever were."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from spectree import Response as Answers

from linefinder.domain.errors import Refused
from linefinder.domain.odds import iso_ms
from linefinder.store.history import Stretch, Wanted, history
from linefinder.web.rest import schema
from linefinder.web.rest.document import Problem, spec
from linefinder.web.rest.exchange import answer, findable
from linefinder.web.rest.spreadsheet import csv_answer, wants_csv

bp = Blueprint("events", __name__, url_prefix="/api/events")
COLUMNS = ("bookmaker", "market", "outcome", "price", "point", "from", "to", "odds_format")
LONGEST_NAME = 256


@bp.get("/<event_id>/history")
@spec.validate(
    query=schema.WhichLines,
    resp=Answers(HTTP_200=list[schema.Change], HTTP_400=Problem, HTTP_404=Problem),
    skip_validation=True,
    tags=["boards"],
)
def event_history(event_id: str) -> Response:
    """What the lines of an event were, from when to when; also of events that are over."""
    wanted, as_csv = Wanted(*map(_name, Wanted._fields)), wants_csv()
    found = history(event_id, wanted)
    if found is None:
        raise Refused("unknown_event", f"there never was an event {event_id[:64]!r}", 404)
    told = _changes(found)
    response = csv_answer(COLUMNS, map(_row, told)) if as_csv else answer(told)
    response.vary.add("Accept")
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


def _name(which: str) -> str | None:
    name = request.args.get(which)
    if name is not None and len(name) > LONGEST_NAME:
        raise Refused("bad_request", f"{which} is longer than {LONGEST_NAME} characters")
    return name and findable(name)


def _changes(found: list[Stretch]) -> list[dict[str, Any]]:
    return [_change(stretch) for stretch in found]


def _change(stretch: Stretch) -> dict[str, Any]:
    change = {
        "bookmaker": stretch.bookmaker,
        "market": stretch.market,
        "outcome": stretch.outcome,
        "price": stretch.price,
        "point": stretch.point,
        "from": iso_ms(stretch.since),
        "to": iso_ms(stretch.until) if stretch.until else None,
        "odds_format": stretch.odds_format,
    }
    return {**change, "pruned": True} if stretch.pruned else change


def _row(change: dict[str, Any]) -> list[Any]:
    return [change[name] for name in COLUMNS]
