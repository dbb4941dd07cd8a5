"""REST about one event: how it stands, and everything that its lines ever were."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Blueprint, Response, request
from spectree import Response as Answers

from linefinder.domain.compare import best_lines, lagging
from linefinder.domain.errors import Refused
from linefinder.domain.odds import iso_ms
from linefinder.store.history import Named, Stretch, Wanted, history, openers, previous
from linefinder.web import schema
from linefinder.web.api import Problem, answer, spec
from linefinder.wiring import Wiring, wiring

bp = Blueprint("events", __name__, url_prefix="/api/events")
COLUMNS = ("bookmaker", "market", "outcome", "price", "point", "from", "to", "odds_format")
LONGEST_NAME = 256


@bp.get("/<event_id>")
@spec.validate(
    resp=Answers(HTTP_200=schema.EventDetail, HTTP_404=Problem),
    skip_validation=True,
    tags=["boards"],
)
def event(event_id: str) -> Response:
    """An event on one of the boards: its lines, how each opened and what it was before, the best."""
    w = wiring()
    for key in w.boards.sports():
        if event_id in w.boards.stream(key).board.events:
            return answer(_detail(w, key, event_id))
    raise _unknown(event_id, "no board has the event")


def _detail(w: Wiring, sport: str, event_id: str) -> dict[str, Any]:
    board, now = w.boards.stream(sport).board, w.now()
    found = board.events[event_id]
    out = lagging(w.boards.judge(sport, now).ages)
    return {
        "id": event_id,
        "sport": sport,
        "epoch": board.epoch,
        "version": board.version,
        "odds_format": board.odds_format,
        **found,
        "openers": _nested(openers(sport, event_id)),
        "previous": _nested(previous(sport, event_id)),
        "best": best_lines(found["lines"], out, board.odds_format),
        "feed": w.boards.feed(sport, now),
    }


def _unknown(event_id: str, words: str) -> Refused:
    return Refused("unknown_event", f"{words} {event_id[:64]!r}", 404)


def _nested(lines: Named) -> dict[str, Any]:
    """Lines in the shape of `lines`."""
    nested: dict[str, Any] = {}
    for (book, market, outcome), line in lines.items():
        nested.setdefault(book, {}).setdefault(market, {})[outcome] = line
    return nested


@bp.get("/<event_id>/history")
@spec.validate(
    query=schema.WhichLines,
    resp=Answers(HTTP_200=list[schema.Change], HTTP_400=Problem, HTTP_404=Problem),
    skip_validation=True,
    tags=["boards"],
)
def event_history(event_id: str) -> Response:
    """What the lines of an event were, from when to when; also of events that are over."""
    wanted, as_csv = Wanted(*map(_name, Wanted._fields)), _wants_csv()
    found = history(event_id, wanted)
    if found is None:
        raise _unknown(event_id, "there never was an event")
    response = Response(_csv(found), mimetype="text/csv") if as_csv else answer(_changes(found))
    response.vary.add("Accept")
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


def _name(which: str) -> str | None:
    name = request.args.get(which)
    if name is not None and len(name) > LONGEST_NAME:
        raise Refused("bad_request", f"{which} is longer than {LONGEST_NAME} characters")
    return name


def _wants_csv() -> bool:
    form = request.args.get("format")
    if form not in (None, "csv", "json"):
        raise Refused("bad_request", f"format={form[:64]!r} is neither csv nor json")
    if form is None:
        kinds = ["application/json", "text/csv"]
        return request.accept_mimetypes.best_match(kinds, kinds[0]) == "text/csv"
    return form == "csv"


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


def _csv(found: list[Stretch]) -> str:
    """Text that a spreadsheet would run as a formula is quoted out of it; numbers stay numbers."""
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, extrasaction="ignore")
    rows.writeheader()
    for change in _changes(found):
        names = {name: _harmless(change[name]) for name in COLUMNS[:3]}
        rows.writerow({**change, **names})
    return text.getvalue()


def _harmless(name: str) -> str:
    return f"'{name}" if name[:1] in "=+-@\t\r" else name
