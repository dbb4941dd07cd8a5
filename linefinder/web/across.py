"""The pages of all sports at once: what is good right now, and what starts tonight. Thin."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from linefinder.domain.finder import KINDS, Bet, Find
from linefinder.domain.odds import iso_ms, starts_at
from linefinder.domain.offers import PAIRED_MARKETS
from linefinder.web.asked import Asked, asked_of
from linefinder.web.choices import book_choices, with_named
from linefinder.web.embedding import embedded
from linefinder.web.shown import view, words
from linefinder.web.shown.cells import Shown
from linefinder.web.shown.filters import SOON, Filters, filters_of
from linefinder.web.shown.finding import Manner, row_of
from linefinder.web.shown.text import day_text
from linefinder.web.shown.tonight import HOURS, MARKETS, games_of, in_order
from linefinder.web.shown.words import market_name
from linefinder.web.sights import Sight, finds_at, sights
from linefinder.web.slips import linked_books
from linefinder.wiring import Wiring, wiring

bp = Blueprint("across", __name__)
MOST_SHOWN = 100
DEFAULT_HOURS = 24
OWN = {"mine", "books"}
"""What the form of one's books says itself."""


@bp.get("/finder")
def finder() -> str:
    """One list over all polled sports of what is worth a look now."""
    w = wiring()
    now, filters = w.now(), filters_of(request.args)
    asked = with_named(w, asked_of(request), request.args.get("books", "")[:200])
    seen = sights(w, asked, now)
    finds = finds_at(seen, now)
    boards = {sight.board.sport: sight.board for sight in seen}

    def starts_in(found: Find) -> float:
        return (starts_at(boards[found.sport].events[found.event]) - now).total_seconds()

    wanted = [found for found in finds if filters.wants(found, starts_in(found))]
    manner = _manner(w, asked, filters)
    rows = [row_of(found, boards[found.sport], manner) for found in wanted[:MOST_SHOWN]]
    return render_template(
        "finder.html",
        **common(w, seen, asked, now),
        filters=filters,
        rows=rows,
        more=len(wanted) - len(rows),
        hidden=len(finds) - len(wanted),
        kinds=[(kind, words.FINDS[kind]) for kind in KINDS],
        lines=[(market, market_name(market)) for market in PAIRED_MARKETS],
        soon=SOON,
        kept=[(name, value) for name, value in request.args.items(multi=True) if name not in OWN],
        data=_data(w, seen, now),
    )


def _manner(w: Wiring, asked: Asked, filters: Filters) -> Manner:
    linked = linked_books(w.boards, w.wanted.sports)

    def slip(found: Find, bet: Bet) -> str:
        return _slip(found, bet, linked)

    return Manner(w.boards.titles, asked.odds or "", asked.zone, filters, slip)


def _slip(found: Find, bet: Bet, linked: Collection[str]) -> str:
    """Where the slip of a bet is opened; empty where its bookmaker gives no links."""
    if bet.bookmaker not in linked:
        return ""
    market = f"{found.market}_lay" if bet.lay else found.market
    return url_for(
        "slips.slip", event_id=found.event, book=bet.bookmaker, market=market, outcome=bet.outcome
    )


@bp.get("/tonight")
def tonight() -> str:
    """All games of the polled sports by start, with their best lines."""
    w = wiring()
    now = w.now()
    asked = with_named(w, asked_of(request), request.args.get("books", "")[:200])
    seen = sights(w, asked, now)
    hours = next((h for h in HOURS if request.args.get("hours") == str(h)), DEFAULT_HOURS)
    games = in_order(
        [
            game
            for board, feed, terms in seen
            for game in games_of(
                board,
                feed,
                terms,
                Shown("", asked.odds or board.odds_format, now, asked.zone),
                hours,
            )
        ]
    )
    return render_template(
        "tonight.html",
        **common(w, seen, asked, now),
        days=[(day, list(of)) for day, of in groupby(games, lambda game: day_text(game.starts_at))],
        games=len(games),
        hours=hours,
        choices=HOURS,
        markets=[market_name(market) for market in MARKETS],
        data=_data(w, seen, now),
    )


def common(w: Wiring, seen: list[Sight], asked: Asked, now: datetime) -> dict[str, Any]:
    """What both pages need."""
    return {
        "tabs": view.tabs_of(w.wanted.sports, w.boards.titles, None),
        "titles": w.boards.titles,
        "seen": seen,
        "now": now,
        "events": sum(len(sight.board.events) for sight in seen),
        "books": book_choices((sight.board for sight in seen), asked.mine),
        "polling_on": w.wanted.on,
        "shown": asked.odds or (seen[0].board.odds_format if seen else w.config.odds_format),
    }


def _data(w: Wiring, seen: list[Sight], now: datetime) -> Markup:
    """What the page's scripts start from; the boards come by the socket."""
    config = w.config
    data = {
        "now": iso_ms(now),
        "words": words.for_scripts(),
        "linked": linked_books(w.boards, w.wanted.sports),
        "sports": [
            {
                "sport": sight.board.sport,
                "title": w.boards.titles.get(sight.board.sport, sight.board.sport),
                "odds_format": sight.board.odds_format,
                "feed": w.boards.feed(sight.board.sport, now),
            }
            for sight in seen
        ],
        "terms": {
            "method": config.fair_method,
            "weights": config.fair_weights,
            "commission": config.odds_commission,
        },
    }
    return embedded(data)
