"""The past of a board: what stood on it at a moment, told again from the changes.

A line at a version is the last row of its changes up to there: one step into the primary key for each
line, however long its history is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from linefinder.domain.errors import BeforeFirst, Pruned
from linefinder.domain.feed import Facts
from linefinder.domain.odds import Board, Events, iso
from linefinder.store.engine import reading
from linefinder.store.models import (
    Bookmaker,
    Epoch,
    Event,
    EventChange,
    Line,
    LineChange,
    Market,
    Outcome,
    Poll,
    Sport,
    Version,
)
from linefinder.store.times import millis, moment
from linefinder.store.values import line_of

SUCCEEDED = ("ok", "no_events")


@dataclass(frozen=True, slots=True)
class Past:
    """A board as it stood, until when (None: it still does), what was known about its feed then, and
    the credits then (None: unknown)."""

    board: Board
    until: datetime | None
    facts: Facts
    remaining: int | None
    used: int | None


class Names(NamedTuple):
    """{id: name} of bookmakers, markets and outcomes, and {bookmaker: title}."""

    books: dict[int, str]
    markets: dict[int, str]
    outcomes: dict[int, str]
    titles: dict[str, str]


def board_at(sport: str, at: datetime) -> Past:
    """The board of the last version that is not later than a moment.

    Raises BeforeFirst where there was no board yet, Pruned where its changes have been deleted.
    """
    with reading() as connection:
        row = connection.execute(_version_at(sport, millis(at))).first()
        if row is None:
            raise BeforeFirst(sport, at)
        present = connection.execute(_present_at(row.sport_id, row.number)).all()
        lines = connection.execute(_lines_at([event.id for event in present], row.number)).all()
        names = _names_of(connection, lines)
        polls = _last_polls(connection, row.sport_id, millis(at))
        until = connection.scalar(_time_of(row.sport_id, row.number + 1))
        # asked last: who deletes says so first, so that no half-deleted board is taken for whole
        told_from = connection.scalar(select(Sport.told_from).where(Sport.id == row.sport_id))
    if row.number < (told_from or 0):
        raise Pruned(sport, at)
    board = _board(sport, row, names.titles, _events_of(present, lines, names))
    return _past(board, until, polls)


def first_moment(sport: str) -> datetime | None:
    """From when on the board can be told; None where there never was one."""
    query = (
        select(Version.time)
        .join(Sport, Sport.id == Version.sport_id)
        .where(Sport.key == sport, Version.number >= Sport.told_from)
        .order_by(Version.number)
        .limit(1)
    )
    with reading() as connection:
        found = connection.scalar(query)
    return None if found is None else moment(found)


def _version_at(sport: str, at: int) -> Any:
    return (
        select(
            Version.sport_id,
            Version.number,
            Version.time,
            Version.checksum,
            Epoch.key.label("epoch"),
            Epoch.odds_format,
        )
        .select_from(Version)
        .join(Sport, Sport.id == Version.sport_id)
        .join(Epoch, Epoch.id == Version.epoch_id)
        .where(Sport.key == sport, Version.time <= at)
        .order_by(Version.time.desc(), Version.number.desc())
        .limit(1)
    )


def _time_of(sport_id: int, version: int) -> Any:
    return select(Version.time).where(Version.sport_id == sport_id, Version.number == version)


def _present_at(sport_id: int, version: int) -> Any:
    last = (
        select(func.max(EventChange.version))
        .where(EventChange.event_id == Event.id, EventChange.version <= version)
        .correlate(Event)
        .scalar_subquery()
    )
    change = EventChange.__table__.alias("change")
    return (
        select(Event.id, Event.key, change.c.home, change.c.away, change.c.starts_at)
        .select_from(Event)
        .join(change, (change.c.event_id == Event.id) & (change.c.version == last))
        .where(Event.sport_id == sport_id, change.c.present)
        .order_by(Event.id)
    )


def _lines_at(event_ids: Sequence[int], version: int) -> Any:
    last = (
        select(func.max(LineChange.version))
        .where(LineChange.line_id == Line.id, LineChange.version <= version)
        .correlate(Line)
        .scalar_subquery()
    )
    change = LineChange.__table__.alias("change")
    return (
        select(
            Line.event_id,
            Line.bookmaker_id,
            Line.market_id,
            Line.outcome_id,
            change.c.price,
            change.c.point,
        )
        .select_from(Line)
        .join(change, (change.c.line_id == Line.id) & (change.c.version == last))
        .where(Line.event_id.in_(event_ids), change.c.price.is_not(None))
    )


def _names_of(connection: Connection, lines: Sequence[Row[Any]]) -> Names:
    """The names of the lines, once each instead of once a line."""

    def of(table: Any, ids: set[int], *more: Any) -> Any:
        return connection.execute(select(table.id, table.key, *more).where(table.id.in_(ids)))

    books = of(Bookmaker, {line.bookmaker_id for line in lines}, Bookmaker.title).all()
    markets = of(Market, {line.market_id for line in lines})
    outcomes = of(Outcome, {line.outcome_id for line in lines})
    return Names(
        {id_: key for id_, key, _ in books},
        {row.id: row.key for row in markets},
        {row.id: row.key for row in outcomes},
        {key: title for _, key, title in books},
    )


def _last_polls(connection: Connection, sport_id: int, at: int) -> tuple[Any, Any]:
    """The last poll up to a moment, and the last that succeeded; None where there is none."""
    polls = (
        select(Poll.outcome, Poll.ended_at, Poll.remaining, Poll.used)
        .where(Poll.sport_id == sport_id, Poll.ended_at <= at)
        .order_by(Poll.ended_at.desc(), Poll.id.desc())
        .limit(1)
    )
    succeeded = polls.where(Poll.outcome.in_(SUCCEEDED))
    return connection.execute(polls).first(), connection.execute(succeeded).first()


def _events_of(present: Sequence[Row[Any]], lines: Sequence[Any], names: Names) -> Events:
    events: Events = {}
    by_id: dict[int, Any] = {}
    for row in present:
        teams = {"home": row.home, "away": row.away}
        events[row.key] = {
            **{side: name for side, name in teams.items() if name is not None},
            "starts_at": iso(moment(row.starts_at)),
            "lines": {},
        }
        by_id[row.id] = events[row.key]["lines"]
    for event_id, book, market, outcome, *line in lines:
        markets = by_id[event_id].setdefault(names.books[book], {})
        outcomes = markets.setdefault(names.markets[market], {})
        outcomes[names.outcomes[outcome]] = line_of(*line)
    return events


def _board(sport: str, row: Row[Any], titles: dict[str, str], events: Events) -> Board:
    return Board(
        sport,
        row.epoch,
        row.odds_format,
        row.number,
        moment(row.time),
        row.checksum,
        titles,
        events,
    )


def _past(board: Board, until: int | None, polls: tuple[Any, Any]) -> Past:
    last, succeeded = polls
    failed = last is not None and last.outcome not in SUCCEEDED
    facts = Facts(
        # polls are forgotten before changes are; the board was certainly confirmed when it changed
        data_at=moment(succeeded.ended_at) if succeeded else board.time,
        failure=last.outcome if failed else None,
        polling=True,
    )
    return Past(
        board,
        None if until is None else moment(until),
        facts,
        last.remaining if last else None,
        last.used if last else None,
    )
