"""The page of noted bets. They are kept in the browser: all that the server gives is names."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from markupsafe import Markup

from linefinder import wire
from linefinder.domain.odds import iso_ms
from linefinder.web.shown import view, words
from linefinder.wiring import Wiring, wiring

bp = Blueprint("bets", __name__)


@bp.get("/bets")
def bets() -> str:
    """Bets noted in this browser, beside the closing lines."""
    w = wiring()
    return render_template(
        "bets.html",
        tabs=view.tabs_of(w.wanted.sports, w.boards.titles, None),
        data=_data(w),
    )


def _data(w: Wiring) -> Markup:
    books: dict[str, Any] = {}
    for sport in w.boards.sports():
        books.update(w.boards.stream(sport).board.bookmakers)
    data = {
        "now": iso_ms(w.now()),
        "words": words.for_scripts(),
        "titles": dict(w.boards.titles),
        "books": books,
        "commission": w.config.odds_commission,
    }
    body = wire.encode(data).decode()
    return Markup(body.replace("&", "&amp;").replace("<", "&lt;"))
