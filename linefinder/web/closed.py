"""What a page shows of an event's closing lines: a table a market, a row a bookmaker. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from linefinder.config import Config
from linefinder.domain.closing import FairPoint, fair_points
from linefinder.domain.feed import Feed
from linefinder.domain.odds import Board, iso
from linefinder.domain.scores import Score
from linefinder.store.closing import Closed, Closing
from linefinder.web.rest.closing import age_of, is_closing, nested, standing, terms_of
from linefinder.web.shown.rows import labels_of, name_of
from linefinder.web.shown.text import age_text, point_text, price_text
from linefinder.web.shown.view import columns_of, markets_of
from linefinder.web.shown.words import market_name

WIDEST = 3
"""Outcomes that stand side by side; more of them stand in rows."""
NO_FEED = Feed("idle", None, None, None, (0, 0), {})


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """A bookmaker's lines: texts by outcome, how long before the start it was last seen, and whether it
    was off the board by then."""

    book: str
    texts: tuple[str, ...]
    seen: str
    off: bool = False


@dataclass(frozen=True, slots=True)
class ClosedMarket:
    market: str
    name: str
    outcomes: tuple[str, ...]
    rows: tuple[ClosedRow, ...]
    fair: ClosedRow | None = None


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """title: who plays; said: how good these lines are as closing lines; closed: they are some; score:
    what the sides had when that was last told."""

    title: str
    said: str
    closed: bool
    score: str
    markets: tuple[ClosedMarket, ...] = field(default=())


def closed_page(
    found: Closing, config: Config, shown: str | None, on_board: bool = False
) -> ClosedPage:
    """The closing lines of an event in the odds format shown (None: their own). While it is on a board
    its rows tell the score; how it ended stands here."""
    scored = _scored(found, found.score, on_board)
    age = age_of(found, found.seen_at)
    event = _event(found)
    if not found.lines or found.odds_format is None:
        said = "No line of this game was seen before its start."
        return ClosedPage(name_of(event), said, False, scored)
    board = Board(
        found.sport, "", found.odds_format, bookmakers=found.books, events={found.event: event}
    )
    maker = _Maker(found, board, shown or found.odds_format, config)
    tables = tuple(maker.table(market) for market in markets_of(board))
    return ClosedPage(name_of(event), _said(age or 0.0), is_closing(age), scored, tables)


def _scored(found: Closing, score: Score | None, on_board: bool) -> str:
    sides = ((found.away, score and score.away), (found.home, score and score.home))
    told = ", ".join(f"{name} {points}" for name, points in sides if name and points)
    if not score or not told:
        return ""
    if score.completed:
        return f"Final score: {told}."
    if on_board:
        return ""
    return f"Score at {score.at:%H:%M} UTC: {told}; how it ended is not known."


def _said(age: float) -> str:
    if is_closing(age):
        return f"As last seen, {age_text(age)} before the start."
    return (
        f"These are no closing lines: they were last looked at {age_text(age)} before the start, "
        "and may have moved since."
    )


def _event(found: Closing) -> dict[str, Any]:
    teams = {"home": found.home, "away": found.away}
    named = {side: name for side, name in teams.items() if name is not None}
    return {**named, "starts_at": iso(found.starts_at), "lines": nested(found)}


class _Maker:
    """Makes the tables of one event."""

    def __init__(self, found: Closing, board: Board, shown: str, config: Config) -> None:
        self._found, self._board, self._shown = found, board, shown
        self._event = board.events[found.event]
        self._fair = fair_points(standing(found, config), terms_of(found, config))
        self._lines = {(line.bookmaker, line.market, line.outcome): line for line in found.lines}

    def table(self, market: str) -> ClosedMarket:
        labels = labels_of(self._event, (market,), self._board.odds_format)
        outcomes = tuple(label.outcomes[0] for label in labels)
        columns = columns_of(self._board, [self._event], market, NO_FEED)
        rows = tuple(self._row(column.book, column.title, market, outcomes) for column in columns)
        return ClosedMarket(
            market, market_name(market), outcomes, rows, self._fair_row(market, outcomes)
        )

    def _row(self, book: str, title: str, market: str, outcomes: tuple[str, ...]) -> ClosedRow:
        held = [self._lines.get((book, market, outcome)) for outcome in outcomes]
        lines = [line for line in held if line]
        oldest = min(line.seen_at for line in lines)
        return ClosedRow(
            title,
            tuple(self._text(line) for line in held),
            age_text(age_of(self._found, oldest) or 0.0),
            any(line.off for line in lines),
        )

    def _text(self, line: Closed | None) -> str:
        if line is None:
            return ""
        return self._words(line.market, line.outcome, line.point, line.price)

    def _fair_row(self, market: str, outcomes: tuple[str, ...]) -> ClosedRow | None:
        """At the point that most bookmakers offered; None where nobody offered the market whole."""
        points = self._fair.get(market)
        if not points:
            return None
        main: dict[str, FairPoint] = {name: at[0] for name, at in points.items()}
        texts = [
            self._words(market, name, main[name].point, main[name].price) if name in main else ""
            for name in outcomes
        ]
        books = max(at.books for at in main.values())
        return ClosedRow(f"Fair ({books})", tuple(texts), "")

    def _words(self, market: str, outcome: str, point: float | None, price: float) -> str:
        said = (
            point_text(market, outcome, point),
            price_text(price, self._board.odds_format, self._shown),
        )
        return " ".join(filter(None, said))
