"""What a page shows of a board: rows and cells, ready for the templates. Pure.

static/js/ (rows.js, widgets/grid.js) builds the same rows from the same board; the order of outcomes,
columns and events and the best lines must agree, else a page would jump when its scripts take over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from linefinder.domain.compare import lagging
from linefinder.domain.feed import Feed, limit
from linefinder.domain.odds import Board, Line, starts_at
from linefinder.web.shown.cells import Column, Row, Rower, Shown
from linefinder.web.shown.rows import Label, labels_of, name_of
from linefinder.web.shown.text import day_text
from linefinder.web.shown.words import BOOKS, MARKETS, market_name, short_name

_BOOK_RANK = {book: rank for rank, book in enumerate(BOOKS)}
_MARKET_RANK = {market: rank for rank, market in enumerate(MARKETS)}
ALL = "all"
SIDE_BY_SIDE = ("spreads", "totals", "h2h")


@dataclass(frozen=True, slots=True)
class EventRows:
    """An event with the rows of one market."""

    id: str
    title: str
    starts_at: datetime
    starts: str
    started: bool
    fresh: bool
    titled: bool
    rows: tuple[Row, ...]


def markets_of(board: Board) -> list[str]:
    """The markets of a board: the known ones in their order, then the others by name."""
    found = {
        market
        for event in board.events.values()
        for markets in event["lines"].values()
        for market in markets
    }
    return sorted(found, key=lambda market: (_MARKET_RANK.get(market, 99), market))


def choose_market(board: Board, wanted: str | None) -> str:
    """The market asked for where the board has it (all: where it has two), else its first."""
    found = markets_of(board)
    if wanted in found or (wanted == ALL and len(shown_markets(board, ALL)) > 1):
        return str(wanted)
    return found[0] if found else "h2h"


def shown_markets(board: Board, market: str) -> tuple[str, ...]:
    """The markets that stand side by side; one market alone."""
    if market != ALL:
        return (market,)
    found = markets_of(board)
    return tuple(market for market in SIDE_BY_SIDE if market in found)


def top_names(board: Board, market: str) -> list[str]:
    """What the columns of best lines say: nothing more than that, or the market of each."""
    markets = shown_markets(board, market)
    return [market_name(name) if len(markets) > 1 else "" for name in markets]


def columns_of(board: Board, events: Iterable[Any], market: str, feed: Feed) -> list[Column]:
    """The bookmakers that offer a market on some of the events, well-known ones first."""
    markets = shown_markets(board, market)
    offering = {
        book
        for event in events
        for book, offered in event["lines"].items()
        if any(market in offered for market in markets)
    }
    lag = lagging(feed.ages)
    several = len(markets) > 1
    columns = []
    for book in sorted(offering, key=lambda book: _place(book, board)):
        title = board.bookmakers.get(book, book)
        seen = (title, short_name(book, title), feed.ages.get(book), book in lag)
        for index, name in enumerate(markets):
            of = market_name(name) if several else ""
            columns.append(Column(book, name, *seen, of, several and index == 0))
    return columns


def _place(book: str, board: Board) -> tuple[int, str, str]:
    return _BOOK_RANK.get(book, 999), board.bookmakers.get(book, book), book


def days_of(
    board: Board, feed: Feed, shown: Shown, columns: Sequence[Column], most: int | None = None
) -> list[tuple[str, list[EventRows]]]:
    """[(day, its events)] in the zone shown, by start; of the first `most` events."""
    days: dict[str, list[EventRows]] = {}
    events = board.events
    ids = sorted(events, key=lambda key: (events[key]["starts_at"], name_of(events[key]), key))
    for event_id in ids[:most]:
        rows = event_rows(board, event_id, feed, shown, columns)
        days.setdefault(day_text(rows.starts_at), []).append(rows)
    return list(days.items())


def event_rows(
    board: Board,
    event_id: str,
    feed: Feed,
    shown: Shown,
    columns: Sequence[Column],
    openers: Mapping[tuple[str, str, str], Line] | None = None,
) -> EventRows:
    """One event in the markets shown. With `openers` it stands alone on a page: each cell also says how
    it opened, and a total is Over and Under, not a team's. `starts_at` is in the zone shown."""
    event, markets = board.events[event_id], shown_markets(board, shown.market)
    start = starts_at(event)
    alone = openers is not None
    labels = labels_of(event, markets, board.odds_format)
    if alone:
        labels = [Label(label.outcomes, label.tag or label.name, "") for label in labels]
    fresh = _is_fresh(feed, start, shown.now)
    row = Rower(
        board, feed, shown, event, feed.scores.get(event_id), markets, columns, openers or {}, fresh
    )
    return EventRows(
        id=event_id,
        title=name_of(event),
        starts_at=start.astimezone(shown.zone),
        starts=event["starts_at"],
        started=start <= shown.now,
        fresh=fresh,
        titled=not alone and _is_titled(event, labels),
        rows=tuple(row.of(label) for label in labels),
    )


def _is_fresh(feed: Feed, start: datetime, now: datetime) -> bool:
    return feed.data_at is not None and now - feed.data_at <= limit(start, now)


def _is_titled(event: Mapping[str, Any], labels: Iterable[Label]) -> bool:
    """Whether a game is named above its rows: its teams are not what these are called."""
    return bool(name_of(event)) and not any(label.name == event.get("away") for label in labels)


def tabs_of(
    polled: Sequence[str], titles: Mapping[str, str], here: str | None
) -> list[tuple[str, str, bool]]:
    """[(sport, title, whether it is this one)]: the polled sports and the one that is shown."""
    sports = [*polled, *([here] if here and here not in polled else [])]
    return [(sport, titles.get(sport, sport), sport == here) for sport in sports]


def next_poll_text(feed: Feed, now: datetime) -> str:
    """When the next poll is, for a page without scripts."""
    if feed.next_poll_at is None:
        return "no poll planned"
    if feed.next_poll_at - now > timedelta(days=1):
        return f"next poll {feed.next_poll_at:%a %H:%M} UTC"
    return f"next poll {feed.next_poll_at:%H:%M:%S} UTC"


def market_choices(board: Board, chosen: str) -> list[tuple[str, str, bool]]:
    """[(market, its name, whether it is shown)]; the last may be all of them side by side."""
    found = markets_of(board)
    several = [ALL] if len(shown_markets(board, ALL)) > 1 else []
    return [(market, market_name(market), market == chosen) for market in [*found, *several]]


def sections_of(
    board: Board,
    event_id: str,
    feed: Feed,
    shown: Shown,
    openers: Mapping[tuple[str, str, str], Line],
) -> list[tuple[str, str, list[Column], EventRows]]:
    """[(market, its name, columns, rows)]: one event in all its markets, with its openers."""
    event = board.events[event_id]
    offered = {market for markets in event["lines"].values() for market in markets}
    sections = []
    for market in (market for market in markets_of(board) if market in offered):
        columns = columns_of(board, [event], market, feed)
        here = replace(shown, market=market)
        rows = event_rows(board, event_id, feed, here, columns, openers)
        sections.append((market, market_name(market), columns, rows))
    return sections
