"""How an event closed: each of its lines as it was last seen before the start.

Nothing is kept for this: the changes say what a line was, the polls say when it was last confirmed. A
poll sees every line of a sport at once, so a line that stood at the start was confirmed by the last
poll before it; one that was taken off, by the last poll before that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from linefinder.domain.errors import Pruned
from linefinder.domain.scores import Score
from linefinder.store.engine import reading
from linefinder.store.models import (
    Bookmaker,
    Epoch,
    Event,
    Line,
    LineChange,
    Market,
    Outcome,
    Poll,
    Sport,
    Version,
)
from linefinder.store.past import SUCCEEDED
from linefinder.store.scores import score_of
from linefinder.store.times import moment
from linefinder.store.values import line_of


@dataclass(frozen=True, slots=True)
class Closed:
    """A line as it was last seen before the start, at `seen_at`; off: it was off the board then."""

    bookmaker: str
    market: str
    outcome: str
    price: float
    point: float | None
    seen_at: datetime
    off: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """An event and its lines as last seen before its start, in one odds format (None where there was no
    board yet); `seen_at` is the last poll before the start, `books` names the bookmakers, `score` is
    what the sides had when that was last told."""

    event: str
    sport: str
    home: str | None
    away: str | None
    starts_at: datetime
    odds_format: str | None
    seen_at: datetime | None
    lines: tuple[Closed, ...]
    books: dict[str, str]
    score: Score | None = None


def closing(event: str) -> Closing | None:
    """How an event closed, or would if nothing more came; None where no event has this id.

    Raises Pruned where the changes up to its start have been deleted.
    """
    with reading() as connection:
        found = connection.execute(_newest_event(event)).first()
        if found is None:
            return None
        last = connection.execute(_version_at(found.sport_id, found.starts_at)).first()
        rows = connection.execute(_lines(found.id, last)).all() if last else []
        seen = _Seen(connection, found.sport_id, found.starts_at)
        seen_at = seen.before(last.number + 1) if last else None
        lines = tuple(_closed(row, seen_at, seen) for row in rows)
        score = score_of(connection, event)
        # asked last, as past.py does: who deletes says so first
        told_from = connection.scalar(select(Sport.told_from).where(Sport.id == found.sport_id))
    start = moment(found.starts_at)
    if last and last.number < (told_from or 0):
        raise Pruned(found.sport, start)
    return Closing(
        event,
        found.sport,
        found.home,
        found.away,
        start,
        last.odds_format if last else None,
        seen_at,
        lines,
        {row.bookmaker: row.title for row in rows},
        score,
    )


class _Seen:
    """When a version was last seen before the start: by the polls, and where these are forgotten by the
    versions, which are polls that changed something."""

    def __init__(self, connection: Connection, sport_id: int, start: int) -> None:
        self._connection, self._sport_id, self._start = connection, sport_id, start
        self.before = cache(self._before)

    def _before(self, version: int) -> datetime:
        """The last time that the board was seen before it became `version`."""
        poll = (
            select(Poll.ended_at)
            .where(
                Poll.sport_id == self._sport_id,
                Poll.ended_at <= self._start,
                Poll.outcome.in_(SUCCEEDED),
                Poll.version < version,
            )
            .order_by(Poll.ended_at.desc())
            .limit(1)
        )
        change = select(Version.time).where(
            Version.sport_id == self._sport_id, Version.number == version - 1
        )
        times = [self._connection.scalar(query) for query in (poll, change)]
        return moment(max(time for time in times if time is not None))


def _closed(row: Row[Any], seen_at: datetime | None, seen: _Seen) -> Closed:
    off = row.gone is not None
    price, point = line_of(row.price, row.point)
    at = seen.before(row.gone) if off else seen_at
    assert at is not None  # there is a line, so there was a version
    return Closed(row.bookmaker, row.market, row.outcome, price, point, at, off)


def _newest_event(key: str) -> Any:
    return (
        select(
            Event.id,
            Event.sport_id,
            Event.home,
            Event.away,
            Event.starts_at,
            Sport.key.label("sport"),
        )
        .join(Sport, Sport.id == Event.sport_id)
        .where(Event.key == key)
        .order_by(Event.id.desc())
        .limit(1)
    )


def _version_at(sport_id: int, at: int) -> Any:
    return (
        select(Version.number, Epoch.odds_format)
        .join(Epoch, Epoch.id == Version.epoch_id)
        .where(Version.sport_id == sport_id, Version.time <= at)
        .order_by(Version.time.desc(), Version.number.desc())
        .limit(1)
    )


def _lines(event_id: int, last: Row[Any]) -> Any:
    """The last price of each line up to a version, with the version at which it went, if it did. A line
    that was last seen in another odds format was off long before, and is left out."""
    other = LineChange.__table__.alias("other")
    change = LineChange.__table__.alias("change")

    def chosen(which: Any, *where: Any) -> Any:
        query = select(which(other.c.version)).where(
            other.c.line_id == Line.id, other.c.version <= last.number, *where
        )
        return query.correlate(Line, change).scalar_subquery()

    return (
        select(
            Bookmaker.key.label("bookmaker"),
            Bookmaker.title,
            Market.key.label("market"),
            Outcome.key.label("outcome"),
            change.c.price,
            change.c.point,
            chosen(func.min, other.c.version > change.c.version).label("gone"),
        )
        .select_from(Line)
        .join(
            change,
            and_(
                change.c.line_id == Line.id,
                change.c.version == chosen(func.max, other.c.price.is_not(None)),
            ),
        )
        .join(Event, Event.id == Line.event_id)
        .join(
            Version,
            and_(Version.sport_id == Event.sport_id, Version.number == change.c.version),
        )
        .join(Epoch, Epoch.id == Version.epoch_id)
        .join(Bookmaker, Bookmaker.id == Line.bookmaker_id)
        .join(Market, Market.id == Line.market_id)
        .join(Outcome, Outcome.id == Line.outcome_id)
        .where(Line.event_id == event_id, Epoch.odds_format == last.odds_format)
        .order_by(Line.id)
    )
