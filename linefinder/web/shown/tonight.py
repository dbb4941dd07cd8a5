"""The games of all sports by start, each with its best lines. Pure; static/js/finder/games.js is its
twin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from linefinder.domain.compare import best_bettable
from linefinder.domain.edges import holds_of
from linefinder.domain.feed import Feed, limit
from linefinder.domain.odds import Board, Event, starts_at
from linefinder.domain.offers import Terms, bettable, offers_of
from linefinder.domain.scores import Score, is_old, points
from linefinder.web.shown.cells import Shown
from linefinder.web.shown.rows import labels_of, name_of
from linefinder.web.shown.text import age_text, point_text, price_text, share_text
from linefinder.web.shown.words import short_name

MARKETS = ("spreads", "totals", "h2h")
HOURS = (3, 24, 0)
"""Within how many hours of now games start that can be shown; 0 is any time."""


class Best(NamedTuple):
    """The best line of a side, and who has it; empty where nobody offers one."""

    point: str = ""
    price: str = ""
    books: str = ""


class Side(NamedTuple):
    """Who may win; `score`: what that team has, in play."""

    name: str
    score: str
    bests: tuple[Best, ...]


class Game(NamedTuple):
    """`starts` as in the board, `starts_at` in the viewer's zone; hold: the lowest of its markets, each
    side bet where it is best; old: how old the data is where that is beyond its limit; score_is_old:
    the score may have changed."""

    id: str
    sport: str
    title: str
    starts: str
    starts_at: datetime
    started: bool
    sides: tuple[Side, ...]
    hold: str
    old: str
    score_is_old: bool


def games_of(board: Board, feed: Feed, terms: Terms, shown: Shown, hours: float) -> list[Game]:
    """The games of a board that are in play or start within so many hours."""
    until = shown.now + timedelta(hours=hours)
    return [
        _game(board, key, feed, terms, shown)
        for key, event in board.events.items()
        if not hours or starts_at(event) <= until
    ]


def in_order(games: list[Game]) -> list[Game]:
    """By start, then by who plays."""
    return sorted(games, key=lambda game: (game.starts, game.title, game.sport, game.id))


def _game(board: Board, key: str, feed: Feed, terms: Terms, shown: Shown) -> Game:
    event = board.events[key]
    start, data_at, score = starts_at(event), feed.data_at, feed.scores.get(key)
    old = data_at is not None and shown.now - data_at > limit(start, shown.now)
    return Game(
        id=key,
        sport=board.sport,
        title=name_of(event),
        starts=event["starts_at"],
        starts_at=start.astimezone(shown.zone),
        started=start <= shown.now,
        sides=_sides(board, event, score, terms, shown),
        hold=_hold(event["lines"], terms),
        old=age_text((shown.now - data_at).total_seconds()) if data_at and old else "",
        score_is_old=is_old(score, shown.now),
    )


def _sides(
    board: Board, event: Event, score: Score | None, terms: Terms, shown: Shown
) -> tuple[Side, ...]:
    """One for each who may win; none for an event without such lines (outrights)."""
    if not any(market in offered for offered in event["lines"].values() for market in MARKETS):
        return ()
    return tuple(
        Side(
            label.name,
            points(score, event, label.name),
            tuple(
                _best(board, event, market, outcome, terms, shown)
                for market, outcome in zip(MARKETS, label.outcomes, strict=True)
            ),
        )
        for label in labels_of(event, MARKETS, board.odds_format)
    )


def _best(
    board: Board, event: Mapping[str, Any], market: str, outcome: str, terms: Terms, shown: Shown
) -> Best:
    books = best_bettable(event["lines"], market, outcome, terms)
    if not books:
        return Best()
    shorts = sorted(short_name(book, board.bookmakers.get(book, book)) for book in books)
    price, point = event["lines"][min(books)][market][outcome]
    return Best(
        point_text(market, outcome, point),
        price_text(price, board.odds_format, shown.odds_format),
        " ".join(shorts) if len(shorts) <= 2 else f"{len(shorts)} books",
    )


def _hold(lines: Mapping[str, Any], terms: Terms) -> str:
    able = bettable(offers_of(lines, terms), terms)
    holds = [holds_of(by_sides)[1] for by_sides in able.values()]
    return share_text(min(holds)).lstrip("+") if holds else ""
