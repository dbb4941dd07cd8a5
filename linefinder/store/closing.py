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
from linefinder.store.joins import NAMES, newest_event, with_names
from linefinder.store.ledger import ODDS
from linefinder.store.models import (
    Bookmaker,
    Epoch,
    Event,
    Line,
    LineChange,
    Poll,
    Sport,
    Version,
)
from linefinder.store.scores import score_of
from linefinder.store.standing import SUCCEEDED
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
        columns = Event.home, Event.away, Event.starts_at, Sport.key.label("sport")
        found = connection.execute(newest_event(event, *columns)).first()
        if found is None:
            return None
        last = connection.execute(_version_at(found.sport_id, found.starts_at)).first()
        told = _told(connection, event, found, last)
        # asked last, as past.py does: who deletes says so first
        told_from = connection.scalar(select(Sport.told_from).where(Sport.id == found.sport_id))
    if last and last.number < (told_from or 0):
        raise Pruned(found.sport, told.starts_at)
    return told


def _told(connection: Connection, event: str, found: Row[Any], last: Row[Any] | None) -> Closing:
    """How an event closed, from what is kept; `last` was the board at its start, if there was one."""
    rows = connection.execute(_lines(found.id, last)).all() if last else []
    seen = _Seen(connection, found.sport_id, found.starts_at)
    seen_at = seen.before(last.number + 1) if last else None
    return Closing(
        event,
        found.sport,
        found.home,
        found.away,
        moment(found.starts_at),
        last.odds_format if last else None,
        seen_at,
        tuple(_closed(row, seen_at, seen) for row in rows),
        {row.bookmaker: row.title for row in rows},
        score_of(connection, event),
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
                Poll.what == ODDS,
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
    change, other = LineChange.__table__.alias("change"), LineChange.__table__.alias("other")
    known = select(other.c.version).where(
        other.c.line_id == Line.id, other.c.version <= last.number
    )
    priced = known.where(other.c.price.is_not(None))
    after = known.where(other.c.version > change.c.version)
    stands = change.c.version == _of(func.max, priced, change)
    query = (
        select(*NAMES, Bookmaker.title, change.c.price, change.c.point)
        .add_columns(_of(func.min, after, change).label("gone"))
        .select_from(Line)
        .join(change, and_(change.c.line_id == Line.id, stands))
        .join(Event, Event.id == Line.event_id)
        .join(
            Version,
            and_(Version.sport_id == Event.sport_id, Version.number == change.c.version),
        )
        .join(Epoch, Epoch.id == Version.epoch_id)
        .where(Line.event_id == event_id, Epoch.odds_format == last.odds_format)
        .order_by(Line.id)
    )
    return with_names(query)


def _of(which: Any, versions: Any, change: Any) -> Any:
    """The first or the last of the versions chosen for a line."""
    column = versions.selected_columns[0]
    return versions.with_only_columns(which(column)).correlate(Line, change).scalar_subquery()
