"""REST about props and alternates of an event: what there is, what it costs, and what was loaded."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from zlib import crc32

from flask import Blueprint, Response, request
from spectree import Response as Answers

from linefinder import wire
from linefinder.domain import props
from linefinder.domain.errors import Refused
from linefinder.domain.odds import Board, iso_ms
from linefinder.domain.quota import LOOK_COST
from linefinder.store import sheets
from linefinder.web.asked import asked_of
from linefinder.web.prop_finding import found_in, prop_terms
from linefinder.web.rest.document import Problem, spec
from linefinder.web.rest.exchange import answer, authorise, body
from linefinder.web.rest.prop_schema import EventMarket, EventMarkets, Loaded, Mine, WhichMarkets
from linefinder.web.shown.words import market_name
from linefinder.wiring import Wiring, wiring

bp = Blueprint("props", __name__, url_prefix="/api/events")
PLACES = 6
ON_THE_BOARD = {"h2h", "h2h_lay", "spreads", "totals", "outrights", "outrights_lay"}
"""What boards show anyway is not offered to be paid for once more."""


@bp.get("/<event_id>/props")
@spec.validate(
    query=Mine,
    resp=Answers("HTTP_304", HTTP_200=EventMarkets, HTTP_404=Problem),
    skip_validation=True,
    tags=["boards"],
)
def markets(event_id: str) -> Response:
    """Which markets of an event can be loaded, for how many credits, and which were. Costs nothing."""
    w = wiring()
    board, known = board_of(w, event_id), sheets.offered(event_id)
    found = known.markets.items() if known else ()
    offered = [
        {"market": market, "name": market_name(market), "bookmakers": books}
        for market, books in sorted(found, key=lambda item: (-item[1], item[0]))
        if market not in ON_THE_BOARD
    ]
    told = {
        "event": event_id,
        "sport": board.sport,
        "look_cost": LOOK_COST,
        "market_cost": w.config.market_cost,
        "remaining": w.boards.ledger.remaining,
        "looked_at": iso_ms(known.at) if known else None,
        "offered": offered if known else None,
        "loaded": [_loaded(one) for one in sheets.sheets(event_id)],
        **found_in(w, board, event_id, asked_of(request)),
    }
    return _conditional(wire.encode(told))


@bp.get("/<event_id>/props/<market>")
@spec.validate(
    query=Mine,
    resp=Answers("HTTP_304", HTTP_200=EventMarket, HTTP_404=Problem),
    skip_validation=True,
    tags=["boards"],
)
def market(event_id: str, market: str) -> Response:
    """A market of an event that was loaded, as ladders. Whoever asks watches it: it is kept fresh where
    that is worth its credits. `mine` and `fee` as in the address of a page."""
    w = wiring()
    board, now = board_of(w, event_id), w.now()
    found = sheets.sheets(event_id, [market], bodies=True)
    if not found:
        raise Refused("unknown_market", f"{market[:64]!r} of this event was not loaded", 404)
    sheets.note_wanted(event_id, [market], now)
    return _conditional(wire.encode(_told(w, board, found[0])))


def _told(w: Wiring, board: Board, kept: sheets.Kept) -> dict[str, Any]:
    asked, sheet = asked_of(request), kept.sheet()
    terms = prop_terms(w, kept.odds_format, asked)
    ladders = props.ladders(sheet, terms, board.events[kept.event].get("home"))
    return {
        "event": kept.event,
        "sport": board.sport,
        **_loaded(kept),
        "odds_format": kept.odds_format,
        "bookmakers": {book: board.bookmakers.get(book, book) for book in sorted(sheet)},
        "ladders": [_ladder(ladder) for ladder in ladders],
    }


def _ladder(ladder: props.Ladder) -> dict[str, Any]:
    rungs = [
        {
            "hold": _rounded(rung.hold),
            "sides": [
                {**asdict(side), "fair": _rounded(side.fair), "edge": _rounded(side.edge)}
                for side in rung.sides
            ],
        }
        for rung in ladder.rungs
    ]
    return {"about": ladder.about, "main": ladder.main, "rungs": rungs}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, PLACES)


def _loaded(kept: sheets.Kept) -> dict[str, Any]:
    return {
        "market": kept.market,
        "name": market_name(kept.market),
        "at": iso_ms(kept.at),
        "confirmed": _time(kept.confirmed),
        "lines": kept.lines,
    }


def _time(moment: datetime | None) -> str | None:
    return iso_ms(moment) if moment else None


@bp.post("/<event_id>/props")
@spec.validate(
    json=WhichMarkets,
    resp=Answers(
        HTTP_200=Loaded,
        HTTP_401=Problem,
        HTTP_403=Problem,
        HTTP_404=Problem,
        HTTP_413=Problem,
        HTTP_415=Problem,
        HTTP_429=Problem,
        HTTP_502=Problem,
        HTTP_503=Problem,
        HTTP_504=Problem,
    ),
    skip_validation=True,
    security={"token": []},
    tags=["control"],
)
def load(event_id: str) -> Response:
    """Load markets of an event for all viewers, or find out which there are. Costs credits, but nothing
    where that has just been done."""
    authorise()
    wanted = body(WhichMarkets, "takes 'markets', a list of names")
    w = wiring()
    sport = board_of(w, event_id).sport
    named = list(dict.fromkeys(wanted.markets)) or None
    known = sheets.offered(event_id)
    for market in named or ():
        if known is None or market not in known.markets:
            raise Refused("unknown_market", f"this event is not known to have {market[:64]!r}", 404)
    return answer(w.load_props(sport, event_id, named)._asdict())


def board_of(w: Wiring, event_id: str) -> Board:
    """The board on which an event is now: while the database is asked, it may leave it."""
    for sport in w.boards.sports():
        board = w.boards.stream(sport).board
        if event_id in board.events:
            return board
    raise Refused("unknown_event", f"no board has the event {event_id[:64]!r}", 404)


def _conditional(body: bytes) -> Response:
    response = Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(f"{crc32(body):08x}")
    return response.make_conditional(request)  # type: ignore[return-value]
