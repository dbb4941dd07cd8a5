"""The rows of a board as it stood at a version.

A line at a version is the last row of its changes up to there: one step into the primary key for each
line, however long its history is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from linefinder.store.ledger import ODDS
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

SUCCEEDED = ("ok", "no_events")


class Names(NamedTuple):
    """{id: name} of bookmakers, markets and outcomes, and {bookmaker: title}."""

    books: dict[int, str]
    markets: dict[int, str]
    outcomes: dict[int, str]
    titles: dict[str, str]


def version_at(sport: str, at: int) -> Any:
    """The last version of a sport that is not later than a moment."""
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


def time_of(sport_id: int, version: int) -> Any:
    """When a version was."""
    return select(Version.time).where(Version.sport_id == sport_id, Version.number == version)


def present_at(sport_id: int, version: int) -> Any:
    """The events that a board had."""
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


def lines_at(event_ids: Sequence[int], version: int) -> Any:
    """The lines that these events had."""
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


def names_of(connection: Connection, lines: Sequence[Row[Any]]) -> Names:
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


class LastPolls(NamedTuple):
    """Rows of polls, None where there is none: the last that ended, the last that succeeded, and the
    last call of any kind, which tells of the account alone: scores and props say nothing of a board."""

    ended: Any
    succeeded: Any
    called: Any


def last_polls(connection: Connection, sport_id: int, at: int) -> LastPolls:
    """Those up to a moment."""
    calls = (
        select(Poll.outcome, Poll.ended_at, Poll.remaining, Poll.used)
        .where(Poll.sport_id == sport_id, Poll.ended_at <= at)
        .order_by(Poll.ended_at.desc(), Poll.id.desc())
        .limit(1)
    )
    polls = calls.where(Poll.what == ODDS)
    succeeded = polls.where(Poll.outcome.in_(SUCCEEDED))
    ended, good, called = (connection.execute(query).first() for query in (polls, succeeded, calls))
    return LastPolls(ended, good, called)
