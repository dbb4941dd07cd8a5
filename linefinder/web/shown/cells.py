"""The cells of a board's rows: what each bookmaker offers, and which line is best. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from linefinder.domain.compare import best_bettable, lagging
from linefinder.domain.feed import Feed
from linefinder.domain.odds import Board, Event, Line
from linefinder.domain.offers import Terms
from linefinder.domain.scores import Score, is_old, points
from linefinder.web.shown.rows import Label
from linefinder.web.shown.text import age_text, point_text, price_text


@dataclass(frozen=True, slots=True)
class Column:
    """A bookmaker in a market; `age` = seconds by which its oldest line lags the poll, None where
    unknown; `of` names the market where several stand side by side, `first` begins a bookmaker."""

    book: str
    market: str
    title: str
    short: str
    age: int | None
    lags: bool
    of: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A line as shown; empty texts where the bookmaker offers none."""

    book: str
    point: str = ""
    price: str = ""
    best: bool = False
    opened: str = ""


@dataclass(frozen=True, slots=True)
class Top:
    """The best line of an outcome, and in `books` who has it, with its age where the data is old."""

    cell: Cell
    books: str


@dataclass(frozen=True, slots=True)
class Row:
    """An outcome, or a side in several markets: `name` is who stands in its line, `tag` what the
    outcome is where that differs, `score` what that team has; the best of each market, then the lines
    by column."""

    outcome: str
    name: str
    tag: str
    score: str
    score_is_old: bool
    tops: tuple[Top, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What to show: a market (or all side by side) in an odds format, at a moment, in a time zone; best
    is what is so at `mine` (all where none is named), after `fees`."""

    market: str
    odds_format: str
    now: datetime
    zone: tzinfo = UTC
    mine: frozenset[str] = frozenset()
    fees: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rower:
    """Makes the rows of one event."""

    board: Board
    feed: Feed
    shown: Shown
    event: Event
    score: Score | None
    markets: Sequence[str]
    columns: Sequence[Column]
    openers: Mapping[tuple[str, str, str], Line]
    fresh: bool

    def of(self, label: Label) -> Row:
        outcomes = dict(zip(self.markets, label.outcomes, strict=True))
        best = {market: self._best(market, outcome) for market, outcome in outcomes.items()}
        return Row(
            outcome=" | ".join(label.outcomes),
            name=label.name,
            tag=label.tag,
            score=points(self.score, self.event, label.name),
            score_is_old=is_old(self.score, self.shown.now),
            tops=tuple(
                self._top(market, outcomes[market], best[market]) for market in self.markets
            ),
            cells=tuple(
                self._cell(column.book, column.market, outcomes[column.market], best[column.market])
                for column in self.columns
            ),
        )

    def _best(self, market: str, outcome: str) -> list[str]:
        out, held, shown = lagging(self.feed.ages), self.board.odds_format, self.shown
        terms = Terms(held, out, mine=shown.mine, commission=shown.fees)
        return best_bettable(self.event["lines"], market, outcome, terms)

    def _top(self, market: str, outcome: str, best: Sequence[str]) -> Top:
        holders = [c for c in self.columns if c.market == market and c.book in best]
        if not holders:
            return Top(Cell(""), "" if outcome or len(self.markets) > 1 else "no lines")
        return Top(self._cell(holders[0].book, market, outcome, best), self._said(holders))

    def _said(self, holders: Sequence[Column]) -> str:
        """Who has the best line, as far as there is room; where the data is old also how old."""
        shorts = [column.short for column in holders]
        data_at = self.feed.data_at
        if self.fresh or data_at is None:
            return " ".join(shorts) if len(shorts) <= 2 else f"{len(shorts)} books"
        age = age_text((self.shown.now - data_at).total_seconds() + (holders[0].age or 0))
        return f"{shorts[0] if len(shorts) == 1 else f'{len(shorts)}×'} {age}"

    def _cell(self, book: str, market: str, outcome: str, best: Sequence[str]) -> Cell:
        line = self.event["lines"].get(book, {}).get(market, {}).get(outcome)
        opened = self.openers.get((book, market, outcome))
        return Cell(
            book,
            *self._texts(line, market, outcome),
            best=book in best,
            opened=" ".join(filter(None, self._texts(opened, market, outcome))),
        )

    def _texts(self, line: Line | None, market: str, outcome: str) -> tuple[str, str]:
        if line is None:
            return "", ""
        price, point = line
        return (
            point_text(market, outcome, point),
            price_text(price, self.board.odds_format, self.shown.odds_format),
        )
