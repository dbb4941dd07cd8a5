"""What a page shows of a board: rows and cells, ready for the templates. Pure.

static/js/grid.js builds the same rows from the same board; the order of outcomes, columns and events
and the best lines must agree, else a page would jump when its scripts take over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from linefinder.domain.compare import best_bookmakers, lagging
from linefinder.domain.feed import Feed, limit
from linefinder.domain.odds import Board, Line, starts_at
from linefinder.domain.price import to_decimal
from linefinder.web.text import day_text, point_text, price_text
from linefinder.web.words import BOOKS, MARKETS, market_name, short_name

_BOOK_RANK = {book: rank for rank, book in enumerate(BOOKS)}
_MARKET_RANK = {market: rank for rank, market in enumerate(MARKETS)}
_OUTCOME_RANK: dict[Any, int] = {"Over": 0, "Under": 1}


@dataclass(frozen=True, slots=True)
class Column:
    """A bookmaker; `age` = seconds by which its oldest line lags the poll, None where unknown."""

    book: str
    title: str
    short: str
    age: int | None
    lags: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A line as shown; empty texts where the bookmaker offers none."""

    book: str
    point: str = ""
    price: str = ""
    best: bool = False
    opened: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An outcome: `name` is who stands in its line, `tag` what the outcome is where that differs."""

    outcome: str
    name: str
    tag: str
    best: Cell
    best_books: str
    cells: tuple[Cell, ...]


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


@dataclass(frozen=True, slots=True)
class Shown:
    """What to show: a market in an odds format, at a moment."""

    market: str
    odds_format: str
    now: datetime


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
    """The market asked for where the board has it, else its first."""
    found = markets_of(board)
    if wanted in found:
        return str(wanted)
    return found[0] if found else "h2h"


def columns_of(board: Board, events: Iterable[Any], market: str, feed: Feed) -> list[Column]:
    """The bookmakers that offer a market on some of the events, well-known ones first."""
    offering = {
        book for event in events for book, markets in event["lines"].items() if market in markets
    }
    lag = lagging(feed.ages)
    columns = []
    for book in offering:
        title = board.bookmakers.get(book, book)
        columns.append(
            Column(book, title, short_name(book, title), feed.ages.get(book), book in lag)
        )
    return sorted(columns, key=lambda c: (_BOOK_RANK.get(c.book, 999), c.title, c.book))


def days_of(
    board: Board, feed: Feed, shown: Shown, columns: Sequence[Column]
) -> list[tuple[str, list[EventRows]]]:
    """[(day, its events)] in UTC, by start."""
    days: dict[str, list[EventRows]] = {}
    events = board.events
    for event_id in sorted(
        events, key=lambda key: (events[key]["starts_at"], name_of(events[key]), key)
    ):
        rows = event_rows(board, event_id, feed, shown, columns)
        days.setdefault(day_text(rows.starts_at), []).append(rows)
    return list(days.items())


def name_of(event: Mapping[str, Any]) -> str:
    """'Miami Heat at Boston Celtics'; empty where the provider names no teams."""
    return " at ".join(event[side] for side in ("away", "home") if side in event)


def event_rows(
    board: Board,
    event_id: str,
    feed: Feed,
    shown: Shown,
    columns: Sequence[Column],
    openers: Mapping[tuple[str, str, str], Line] | None = None,
) -> EventRows:
    """One event in one market; with `openers` each cell also says how it opened."""
    event = board.events[event_id]
    start = starts_at(event)
    outcomes = outcomes_of(event, shown.market, board.odds_format)
    labels = row_labels(event, shown.market, outcomes)
    out = lagging(feed.ages)
    rows = tuple(
        _row(board, event["lines"], label, shown, columns, out, openers) for label in labels
    )
    data_at = feed.data_at
    return EventRows(
        id=event_id,
        title=name_of(event),
        starts_at=start,
        starts=event["starts_at"],
        started=start <= shown.now,
        fresh=data_at is not None and shown.now - data_at <= limit(start, shown.now),
        titled=bool(name_of(event)) and not any(label[1] == event.get("away") for label in labels),
        rows=rows,
    )


def outcomes_of(event: Mapping[str, Any], market: str, odds_format: str) -> list[str]:
    """The outcomes of a market: away above home, then Draw; Over above Under; others by price."""
    best: dict[str, float] = {}
    for markets in event["lines"].values():
        for outcome, (price, _) in markets.get(market, {}).items():
            best[outcome] = max(best.get(outcome, 0.0), to_decimal(price, odds_format))
    sides = {**_OUTCOME_RANK, event.get("away"): 0, event.get("home"): 1, "Draw": 2}
    if market in {"h2h", "h2h_lay", "spreads", "totals"}:
        return sorted(best, key=lambda name: (sides.get(name, 3), name))
    if market.startswith("outrights"):
        return sorted(best, key=lambda name: (best[name], name))
    return sorted(best)


def row_labels(
    event: Mapping[str, Any], market: str, outcomes: Sequence[str]
) -> list[tuple[str, str, str]]:
    """[(outcome, name, tag)]. A total stands beside the teams; an event without lines still shows
    who plays."""
    teams = [event[side] for side in ("away", "home") if side in event]
    if not outcomes:
        return [("", team, "") for team in teams or ["No lines"]]
    if market == "totals" and len(teams) == 2 and len(outcomes) == 2:
        return [(name, team, name) for name, team in zip(outcomes, teams, strict=True)]
    return [(name, name, "") for name in outcomes]


def _row(
    board: Board,
    lines: Mapping[str, Any],
    label: tuple[str, str, str],
    shown: Shown,
    columns: Sequence[Column],
    out: frozenset[str],
    openers: Mapping[tuple[str, str, str], Line] | None,
) -> Row:
    outcome, name, tag = label
    best = best_bookmakers(lines, shown.market, outcome, out, board.odds_format)
    holders = [column for column in columns if column.book in best]

    def cell(book: str) -> Cell:
        line = lines.get(book, {}).get(shown.market, {}).get(outcome)
        opened = (openers or {}).get((book, shown.market, outcome))
        return Cell(
            book,
            *_texts(line, board, shown, outcome),
            best=book in best,
            opened=" ".join(filter(None, _texts(opened, board, shown, outcome))),
        )

    return Row(
        outcome=outcome,
        name=name,
        tag=tag,
        best=cell(holders[0].book) if holders else Cell(""),
        best_books=_holders_text([column.short for column in holders]) if outcome else "no lines",
        cells=tuple(cell(column.book) for column in columns),
    )


def _holders_text(shorts: Sequence[str]) -> str:
    """Who has the best line, as far as there is room."""
    return " ".join(shorts) if len(shorts) <= 2 else f"{len(shorts)} books"


def _texts(line: Line | None, board: Board, shown: Shown, outcome: str) -> tuple[str, str]:
    if line is None:
        return "", ""
    price, point = line
    return (
        point_text(shown.market, outcome, point),
        price_text(price, board.odds_format, shown.odds_format),
    )


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
    """[(market, its name, whether it is shown)]."""
    return [(market, market_name(market), market == chosen) for market in markets_of(board)]


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
