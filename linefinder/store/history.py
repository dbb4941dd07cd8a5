"""The history of lines: how each opened, what it was before, and everything that it ever was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from linefinder.domain.odds import Line as LineValue
from linefinder.domain.price import converted
from linefinder.store.engine import reading
from linefinder.store.joins import NAMES, newest_event, with_names
from linefinder.store.models import (
    Bookmaker,
    Epoch,
    Event,
    Line,
    LineChange,
    Market,
    Outcome,
    Sport,
    Version,
)
from linefinder.store.times import moment
from linefinder.store.values import line_of

Named = dict[tuple[str, str, str], LineValue]
"""Lines of one event by (bookmaker, market, outcome)."""


class Wanted(NamedTuple):
    """Which lines of an event; None means any."""

    bookmaker: str | None = None
    market: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a line was from `since` until `until` (None: it still is). `pruned`: what came between this
    opener and the next change that is kept may have been deleted."""

    bookmaker: str
    market: str
    outcome: str
    price: float
    point: float | None
    since: datetime
    until: datetime | None
    odds_format: str
    pruned: bool


def history(event: str, wanted: Wanted) -> list[Stretch] | None:
    """What the lines of an event were, line by line, oldest first; None where no event has this id.

    While a line is off the board there is no stretch.
    """
    with reading() as connection:
        found = connection.execute(newest_event(event, Sport.told_from)).first()
        if found is None:
            return None
        formats = _formats(connection, found.sport_id)
        rows = connection.execute(_changes(found.id, found.sport_id, wanted)).all()
    return [
        stretch
        for _, changes in groupby(rows, key=lambda row: row.line_id)
        for stretch in _stretches(list(changes), formats, found.told_from)
    ]


def openers(sport: str, event: str) -> Named:
    """Each line of an event as it was first seen, in the odds format of the board."""
    first = func.min(LineChange.version)
    return _named(sport, event, select(first).where(LineChange.line_id == Line.id))


def previous(sport: str, event: str) -> Named:
    """Each line of an event as it was before it became what it is, or before it left the board, in the
    odds format of the board."""
    last = LineChange.__table__.alias("last")
    newest = (
        select(func.max(last.c.version))
        .where(last.c.line_id == Line.id)
        .correlate(Line)
        .scalar_subquery()
    )
    before = select(func.max(LineChange.version)).where(
        LineChange.line_id == Line.id, LineChange.version < newest, LineChange.price.is_not(None)
    )
    return _named(sport, event, before)


def _named(sport: str, event: str, version: Any) -> Named:
    """The lines of an event at a version that is chosen for each."""
    change = LineChange.__table__.alias("change")
    board = Epoch.__table__.alias("board")
    chosen = version.correlate(Line).scalar_subquery()
    formats = (Epoch.odds_format, board.c.odds_format)
    query = (
        select(*NAMES, change.c.price, change.c.point, *formats)
        .select_from(Line)
        .join(Event, Event.id == Line.event_id)
        .join(Sport, Sport.id == Event.sport_id)
        .join(change, (change.c.line_id == Line.id) & (change.c.version == chosen))
        .join(Version, (Version.sport_id == Sport.id) & (Version.number == change.c.version))
        .join(Epoch, Epoch.id == Version.epoch_id)
        .join(board, board.c.id == Sport.epoch_id)
        .where(Event.key == event, Sport.key == sport)
    )
    with reading() as connection:
        return {
            (book, market, outcome): line_of(converted(price, was, now), point)
            for book, market, outcome, price, point, was, now in connection.execute(
                with_names(query)
            )
        }


def _formats(connection: Connection, sport_id: int) -> dict[int, str]:
    query = select(Epoch.id, Epoch.odds_format).where(Epoch.sport_id == sport_id)
    return {row.id: row.odds_format for row in connection.execute(query)}


def _changes(event_id: int, sport_id: int, wanted: Wanted) -> Any:
    query = (
        select(
            LineChange.line_id,
            LineChange.version,
            LineChange.price,
            LineChange.point,
            Version.time,
            Version.epoch_id,
            *NAMES,
        )
        .select_from(LineChange)
        .join(Line, Line.id == LineChange.line_id)
        .join(Version, Version.number == LineChange.version)
        .where(Line.event_id == event_id, Version.sport_id == sport_id)
        .order_by(LineChange.line_id, LineChange.version)
    )
    columns = (Bookmaker.key, Market.key, Outcome.key)
    return with_names(query).where(
        *(c == key for c, key in zip(columns, wanted, strict=True) if key is not None)
    )


def _stretches(
    changes: Sequence[Row[Any]], formats: dict[int, str], told_from: int
) -> Iterator[Stretch]:
    for index, (row, after) in enumerate(zip(changes, [*changes[1:], None], strict=True)):
        if row.price is None:
            continue
        yield Stretch(
            row.bookmaker,
            row.market,
            row.outcome,
            *line_of(row.price, row.point),
            moment(row.time),
            moment(after.time) if after else None,
            formats[row.epoch_id],
            index == 0 and after is not None and after.version <= told_from,
        )
