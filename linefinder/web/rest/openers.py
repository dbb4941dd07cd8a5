"""REST about how the outcomes on a board opened: one answer a market, which a page asks for once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zlib import crc32

from flask import Blueprint, Response, current_app, request
from spectree import Response as Answers

from linefinder import wire
from linefinder.domain.errors import Refused
from linefinder.domain.odds import Board, iso_ms
from linefinder.domain.price import converted
from linefinder.store.openers import Change, Opened, first_lines
from linefinder.web.rest.document import Problem, spec
from linefinder.web.rest.exchange import findable, known
from linefinder.web.rest.opener_schema import Openers, WhichMarket
from linefinder.wiring import Wiring, wiring

bp = Blueprint("openers", __name__, url_prefix="/api/odds")
DAY = timedelta(hours=24)
MOST_CHANGES = 100
LONGEST_NAME = 256


@bp.get("/<sport>/openers")
@spec.validate(
    query=WhichMarket,
    resp=Answers("HTTP_304", HTTP_200=Openers, HTTP_400=Problem, HTTP_404=Problem),
    skip_validation=True,
    tags=["boards"],
)
def openers(sport: str) -> Response:
    """How each outcome of a market opened, and that line's last 24 hours. The ETag is the version's."""
    w, key = wiring(), known(sport)
    board, market = w.boards.stream(key).board, _market()
    etag = f"{board.epoch}-{board.version}-{crc32(market.encode()):08x}"
    body = b"" if request.if_none_match.contains(etag) else _body(w, board, market, etag)
    response = Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(etag)
    return response.make_conditional(request)  # type: ignore[return-value]


def _market() -> str:
    market = request.args.get("market", "")
    if not 0 < len(market) <= LONGEST_NAME:
        raise Refused(
            "bad_request", f"name a market of at most {LONGEST_NAME} characters: ?market=h2h"
        )
    return findable(market)


def _body(w: Wiring, board: Board, market: str, etag: str) -> bytes:
    """Made once a version: a crowd of pages that load at once asks the database once."""
    kept: dict[tuple[str, str], tuple[str, bytes]]
    kept = current_app.extensions.setdefault("linefinder.openers", {})
    held_etag, body = kept.get((board.sport, market), ("", b""))
    if held_etag == etag:
        return body
    found = first_lines(board.sport, market, w.now() - DAY)
    body = wire.encode(_told(board, market, found))
    if found:  # who asks for what is on no board fills no memory
        kept[board.sport, market] = etag, body
    return body


def _told(board: Board, market: str, found: list[Opened]) -> dict[str, Any]:
    events: dict[str, Any] = {}
    for one in found:
        changes = [one.changes[0], *one.changes[1:][-MOST_CHANGES:]]
        events.setdefault(one.event, {})[one.outcome] = {
            "bookmaker": one.bookmaker,
            "changes": [_change(change, board.odds_format) for change in changes],
        }
    return {
        "sport": board.sport,
        "epoch": board.epoch,
        "version": board.version,
        "odds_format": board.odds_format,
        "market": market,
        "events": events,
    }


def _change(change: Change, odds_format: str) -> tuple[str, float | None, float | None]:
    """A change in the board's odds format."""
    price = change.price
    if price is not None:
        price = converted(price, change.odds_format, odds_format)
    return iso_ms(change.time), price, change.point
