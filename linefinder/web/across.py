"""The pages of all sports at once: what is good right now, and what starts tonight. Thin."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from linefinder.domain.feed import Feed
from linefinder.domain.finder import KINDS, Bet, Find, by_edge, finds_on, seen_at
from linefinder.domain.odds import Board, iso_ms, starts_at
from linefinder.domain.offers import PAIRED_MARKETS, Terms
from linefinder.web import view, words
from linefinder.web.asked import Asked, asked_of
from linefinder.web.cells import Shown
from linefinder.web.comparison import terms_of
from linefinder.web.embedding import embedded
from linefinder.web.filters import SOON, filters_of
from linefinder.web.finding import Manner, row_of
from linefinder.web.slips import linked_books
from linefinder.web.text import day_text
from linefinder.web.tonight import HOURS, MARKETS, games_of, in_order
from linefinder.web.words import BOOKS, market_name, short_name
from linefinder.wiring import Wiring, wiring

bp = Blueprint("across", __name__)
MOST_SHOWN = 100
DEFAULT_HOURS = 24
OWN = {"mine", "books"}
"""What the form of one's books says itself."""


class Sight(NamedTuple):
    """A sport as a viewer sees it."""

    board: Board
    feed: Feed
    terms: Terms


class BookChoice(NamedTuple):
    key: str
    title: str
    short: str
    mine: bool


def sights(w: Wiring, asked: Asked, now: datetime) -> list[Sight]:
    """The boards of the polled sports."""
    found = []
    for sport in w.wanted.sports:
        board, feed = w.boards.stream(sport).board, w.boards.judge(sport, now)
        terms = terms_of(feed, board.odds_format, w.config, asked.mine, asked.fees)
        found.append(Sight(board, feed, terms))
    return found


def finds_at(seen: Iterable[Sight], now: datetime) -> list[Find]:
    """All that is found, the best first."""
    found: list[Find] = []
    for board, feed, terms in seen:
        said = _said(_Asked(board, feed.ages, terms))
        found += seen_at(said, board, feed.data_at, now)
    return by_edge(found)


class _Asked:
    """What makes finds what they are. Boards are never changed, only replaced, and as the one asked
    about is kept, no other has its place in memory."""

    def __init__(self, board: Board, ages: Any, terms: Terms) -> None:
        self.board, self.ages, self.terms = board, ages, terms
        fees = tuple(sorted(terms.commission.items()))
        own = (id(board.events), board.sport, board.odds_format, terms.mine, fees)
        self._key = (*own, tuple(sorted(ages.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=64)
def _said(asked: _Asked) -> tuple[Find, ...]:
    """The same for all who ask the same of one version: many look at once."""
    return tuple(finds_on(asked.board, asked.ages, asked.terms))


@bp.get("/finder")
def finder() -> str:
    """One list over all polled sports of what is worth a look now."""
    w = wiring()
    now, filters = w.now(), filters_of(request.args)
    asked = _with_named(w, asked_of(request))
    seen = sights(w, asked, now)
    boards = {sight.board.sport: sight.board for sight in seen}
    finds = finds_at(seen, now)

    def starts_in(found: Find) -> float:
        return (starts_at(boards[found.sport].events[found.event]) - now).total_seconds()

    wanted = [found for found in finds if filters.wants(found, starts_in(found))]
    linked = linked_books(w.boards, boards)
    manner = Manner(
        w.boards.titles,
        asked.odds or "",
        asked.zone,
        filters,
        lambda found, bet: _slip(found, bet, linked),
    )
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
    asked = _with_named(w, asked_of(request))
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


def _with_named(w: Wiring, asked: Asked) -> Asked:
    """With the bookmakers that were typed by short name, name or key."""
    typed = [_bare(part) for part in re.split("[,;]", request.args.get("books", "")[:200])]
    if not any(typed):
        return asked
    choices = book_choices((w.boards.stream(sport).board for sport in w.wanted.sports), ())
    found = [
        next((c.key for c in choices if part in map(_bare, (c.short, c.title, c.key))), None)
        for part in typed
    ]
    mine = dict.fromkeys([*asked.mine, *filter(None, found)])
    return replace(asked, mine=tuple(mine))


def _bare(text: str) -> str:
    """As people type it: no capitals, spaces or dots."""
    return re.sub("[^a-z0-9]", "", text.lower())


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


def book_choices(boards: Iterable[Board], mine: Iterable[str]) -> list[BookChoice]:
    """The bookmakers of the boards, well-known ones first, and which are the viewer's; also one of
    these that no board has now."""
    titles = dict.fromkeys(mine, "")
    for board in boards:
        offering = {book for event in board.events.values() for book in event["lines"]}
        titles.update({book: board.bookmakers.get(book, book) for book in offering})
    named = {book: title or book for book, title in titles.items()}
    ranks = {book: rank for rank, book in enumerate(BOOKS)}
    order = sorted(named, key=lambda book: (ranks.get(book, 999), named[book], book))
    return [BookChoice(b, named[b], short_name(b, named[b]), b in set(mine)) for b in order]


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
