"""The pages: thin. Boards come from memory; rows, words and marks from view.py and words.py."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from linefinder import wire
from linefinder.domain.odds import iso_ms
from linefinder.domain.sports import alias_of, sport_key
from linefinder.store.past import first_moment
from linefinder.web import assets, doors, past
from linefinder.web.asked import ODDS, asked_of
from linefinder.web.embedding import board_data
from linefinder.web.event import event
from linefinder.web.page import common, own_books
from linefinder.web.shown import text, view, words
from linefinder.web.shown.cells import Shown
from linefinder.web.status import status
from linefinder.web.stored import if_stored
from linefinder.wiring import Wiring, wiring

bp = Blueprint("pages", __name__)
bp.register_blueprint(assets.bp)
FIRST_GAMES = 20
"""Games in the page as it is sent, more than a screen holds; scripts add the others."""


@bp.app_context_processor
def _for_every_page() -> dict[str, Any]:
    w = current_app.extensions.get("linefinder")
    return {
        "asset": assets.asset,
        "modules": assets.modules,
        "asset_version": assets.current_version,
        "base": request.script_root,
        "demo": bool(w and w.config.demo),
        "notice": w.config.site_notice if w else "",
        "can_leave": bool(w and w.config.board_password and doors.visitor().member),
        "text": text,
        "words": words,
        "asked": asked_of(request),
        "odds_formats": ODDS,
        "sport_url": _sport_url,
    }


def _sport_url(sport: str, **query: Any) -> str:
    return url_for("pages.board", sport=alias_of(sport) or sport, **query)


@bp.get("/")
def home() -> str:
    """The board of the first polled sport."""
    w = wiring()
    return _board(w, next(iter(w.wanted.sports), "basketball_nba"))


@bp.get("/<sport>")
def board(sport: str) -> str | tuple[str, int]:
    """The board of a sport, by alias or key."""
    w = wiring()
    key = sport_key(sport)
    return _board(w, key) if w.boards.knows(key) else _unknown(w, sport)


def _board(w: Wiring, sport: str) -> str:
    now, held = w.now(), w.boards.stream(sport)
    told, seen = w.boards.feed(sport, now), past.seen(w, sport, now)
    asked = asked_of(request)
    market = view.choose_market(seen.board, asked.market)
    odds = asked.odds or seen.board.odds_format
    shown = Shown(market, odds, seen.at or now, asked.zone, *own_books(w, asked))
    first = if_stored(lambda: first_moment(sport), None)
    return render_template(
        "board.html",
        **common(w, sport, w.boards.judge(sport, now), now),
        **_grid(seen, shown),
        first=first,
        shown=shown,
        searched=request.args.get("find", "")[:80],
        data=board_data(
            w,
            wire.board_dict(held.board, held.events_json, told),
            replace(shown, now=now),
            first=iso_ms(first) if first else None,
            at=iso_ms(seen.at) if seen.at else None,
            past=seen.message,
        ),
    )


def _grid(seen: past.Seen, shown: Shown) -> dict[str, Any]:
    """The games of a board; a page is sent with the first, unless all are asked for."""
    board, feed = seen.board, seen.feed
    most = None if request.args.get("games") == "all" else FIRST_GAMES
    columns = view.columns_of(board, board.events.values(), shown.market, feed)
    return {
        "board": board,
        "at": seen.at,
        "columns": columns,
        "days": view.days_of(board, feed, shown, columns, most),
        "left": max(0, len(board.events) - most) if most else 0,
        "tops": view.top_names(board, shown.market),
        "markets": view.market_choices(board, shown.market),
    }


bp.add_url_rule("/event/<path:event_id>", view_func=event)
bp.add_url_rule("/status", view_func=status)


@bp.get("/favicon.ico")
def favicon() -> AnyResponse:
    """Browsers ask for it by this name whatever the page says."""
    return redirect(assets.asset("icons/favicon.ico"))


def _unknown(w: Wiring, name: str) -> tuple[str, int]:
    sports = sorted(w.boards.titles.items(), key=lambda item: item[1])
    page = render_template(
        "unknown.html",
        tabs=view.tabs_of(w.wanted.sports, w.boards.titles, None),
        name=name[:64],
        sports=sports,
    )
    return page, 404
