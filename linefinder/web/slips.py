"""The way from a price to its bookmaker's bet slip, looked up when it is pressed: it is never old."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from linefinder.board import Boards
from linefinder.domain.errors import Refused
from linefinder.wiring import wiring

bp = Blueprint("slips", __name__)


@bp.get("/slip/<path:event_id>")
def slip(event_id: str) -> Response:
    """On to the slip of `book`, `market` and `outcome`, or as near to it as the bookmaker gives."""
    book, market, outcome = (request.args.get(name, "") for name in ("book", "market", "outcome"))
    for links in wiring().boards.links.values():
        slips = links.get(event_id, {}).get(book)
        url = slips.nearest(market, outcome) if slips else None
        if url:
            answer = redirect(url)
            answer.headers["Referrer-Policy"] = "no-referrer"
            return answer
    raise Refused("no_link", "This bookmaker gives no link to this bet now.", 404)


def linked_books(boards: Boards, sports: Iterable[str]) -> list[str]:
    """The bookmakers that give links now."""
    return sorted(
        {
            book
            for sport in sports
            for books in boards.links.get(sport, {}).values()
            for book in books
        }
    )
