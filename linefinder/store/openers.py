"""How each outcome on a board opened, and what the bookmaker that opened has made of its line since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, func, or_, select

from linefinder.store.engine import reading
from linefinder.store.joins import NAMES, with_names
from linefinder.store.models import Epoch, Event, Line, LineChange, Market, Sport, Version
from linefinder.store.times import millis, moment
from linefinder.store.values import line_of

MOST_LINES = 500
"""Lines asked for at once: SQLite takes only so many values in a query."""


class Change(NamedTuple):
    """What a line was from a moment on, in the odds format of then; no price: off the board."""

    time: datetime
    price: float | None
    point: float | None
    odds_format: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The first line seen of an outcome, whose it is, and that line's changes: the opener first, then
    what stood at `since` and came after it."""

    event: str
    outcome: str
    bookmaker: str
    changes: list[Change] = field(default_factory=list)


def first_lines(sport: str, market: str, since: datetime) -> list[Opened]:
    """The openers of all outcomes of a market on a sport's board. Of bookmakers first seen at the same
    version the first by key counts."""
    with reading() as connection:
        opened = _opened(connection.execute(_openings(sport, market)).all())
        begun = connection.scalar(_version_before(sport, since)) or 0
        ids = list(opened)
        for start in range(0, len(ids), MOST_LINES):
            for row in connection.execute(_changes(sport, ids[start : start + MOST_LINES], begun)):
                opened[row.line_id].changes.append(_change(row))
    return [one for one in opened.values() if one.changes]


def _opened(rows: Sequence[Row[Any]]) -> dict[int, Opened]:
    """{line: what it opened} for the first line of each outcome; rows come in the order of their
    versions."""
    first: dict[tuple[str, str], int] = {}
    found: dict[int, Opened] = {}
    for row in sorted(rows, key=lambda row: (row.version, row.bookmaker)):
        if first.setdefault((row.event, row.outcome), row.id) == row.id:
            found[row.id] = Opened(row.event, row.outcome, row.bookmaker)
    return found


def _openings(sport: str, market: str) -> Any:
    """Every line of a market on the board's events, with the version of its opener."""
    first = (
        select(func.min(LineChange.version))
        .where(LineChange.line_id == Line.id)
        .correlate(Line)
        .scalar_subquery()
    )
    query = (
        select(Line.id, Event.key.label("event"), *NAMES, first.label("version"))
        .select_from(Line)
        .join(Event, Event.id == Line.event_id)
        .join(Sport, Sport.id == Event.sport_id)
        .where(Sport.key == sport, Event.present, Market.key == market)
    )
    return with_names(query)


def _version_before(sport: str, at: datetime) -> Any:
    return (
        select(func.max(Version.number))
        .join(Sport, Sport.id == Version.sport_id)
        .where(Sport.key == sport, Version.time <= millis(at))
    )


def _changes(sport: str, line_ids: Sequence[int], begun: int) -> Any:
    """The opener of each line, what it was at version `begun`, and all that came after."""
    other = LineChange.__table__.alias("other")
    mine = other.c.line_id == LineChange.line_id
    first = select(func.min(other.c.version)).where(mine)
    standing = select(func.max(other.c.version)).where(mine, other.c.version <= begun)
    return (
        select(
            LineChange.line_id,
            LineChange.price,
            LineChange.point,
            Version.time,
            Epoch.odds_format,
        )
        .select_from(LineChange)
        .join(Version, Version.number == LineChange.version)
        .join(Sport, Sport.id == Version.sport_id)
        .join(Epoch, Epoch.id == Version.epoch_id)
        .where(
            Sport.key == sport,
            LineChange.line_id.in_(line_ids),
            or_(
                LineChange.version > begun,
                LineChange.version == first.correlate(LineChange).scalar_subquery(),
                LineChange.version == standing.correlate(LineChange).scalar_subquery(),
            ),
        )
        .order_by(LineChange.line_id, LineChange.version)
    )


def _change(row: Row[Any]) -> Change:
    price, point = (None, None) if row.price is None else line_of(row.price, row.point)
    return Change(moment(row.time), price, point, row.odds_format)
