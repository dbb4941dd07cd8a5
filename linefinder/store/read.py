"""Reading: boards as they were left, and what pages and commands ask about the past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from linefinder import wire
from linefinder.board import Stream
from linefinder.domain.feed import Facts
from linefinder.domain.odds import Board, Events, iso
from linefinder.store.engine import reading
from linefinder.store.models import (
    Bookmaker,
    Epoch,
    Event,
    Learning,
    Line,
    Market,
    Outcome,
    Sport,
    Switch,
    Version,
)
from linefinder.store.times import millis, moment
from linefinder.store.values import line_of


@dataclass(frozen=True, slots=True)
class KnownSport:
    key: str
    title: str
    active: bool
    epoch: str | None
    odds_format: str | None


def known_sports() -> list[KnownSport]:
    """Every sport in the database, with the epoch and format of its board if it has one."""
    query = (
        select(Sport.key, Sport.title, Sport.active, Epoch.key, Epoch.odds_format)
        .outerjoin(Epoch, Epoch.id == Sport.epoch_id)
        .order_by(Sport.title)
    )
    with reading() as connection:
        return [KnownSport(*row) for row in connection.execute(query)]


def load_stream(sport: str, keep: int) -> tuple[Stream, Facts]:
    """The stream of a sport and what was known about its feed, as the last transaction left them."""
    with reading() as connection:
        row = connection.execute(
            select(Sport, Epoch.key.label("epoch"), Epoch.odds_format)
            .join(Epoch, Epoch.id == Sport.epoch_id)
            .where(Sport.key == sport)
        ).one()
        events = _load_events(connection, row.id)
        board = Board(
            sport,
            row.epoch,
            row.odds_format,
            row.version,
            moment(row.time) if row.time is not None else None,
            row.checksum,
            _load_bookmakers(connection, row.id),
            events,
        )
        updates = _load_updates(connection, row, keep)
    stamps = wire.decode(row.confirmed) if row.confirmed else {}
    facts = Facts(
        data_at=moment(row.data_at) if row.data_at is not None else None,
        failure=row.failure,
        confirmed={book: moment(stamp) for book, stamp in stamps.items()},
    )
    return Stream(board, updates=updates), facts


def _load_events(connection: Any, sport_id: int) -> Events:
    events: Events = {}
    names: dict[int, str] = {}
    present = select(Event).where(Event.sport_id == sport_id, Event.present).order_by(Event.id)
    for row in connection.execute(present):
        teams = {"home": row.home, "away": row.away}
        events[row.key] = {
            **{side: name for side, name in teams.items() if name is not None},
            "starts_at": iso(moment(row.starts_at)),
            "lines": {},
        }
        names[row.id] = row.key
    query = (
        select(Line.event_id, Bookmaker.key, Market.key, Outcome.key, Line.price, Line.point)
        .join(Event, Event.id == Line.event_id)
        .join(Bookmaker, Bookmaker.id == Line.bookmaker_id)
        .join(Market, Market.id == Line.market_id)
        .join(Outcome, Outcome.id == Line.outcome_id)
        .where(Event.sport_id == sport_id, Event.present, Line.price.is_not(None))
        .order_by(Line.id)
    )
    for event_id, bookmaker, market, outcome, price, point in connection.execute(query):
        lines = events[names[event_id]]["lines"]
        lines.setdefault(bookmaker, {}).setdefault(market, {})[outcome] = line_of(price, point)
    return events


def _load_bookmakers(connection: Any, sport_id: int) -> dict[str, str]:
    query = (
        select(Bookmaker.key, Bookmaker.title)
        .where(
            Bookmaker.id.in_(
                select(Line.bookmaker_id)
                .join(Event, Event.id == Line.event_id)
                .where(Event.sport_id == sport_id)
            )
        )
        .order_by(Bookmaker.id)
    )
    return {row.key: row.title for row in connection.execute(query)}


def _load_updates(connection: Any, sport: Any, keep: int) -> list[wire.Update]:
    """The last updates of this epoch that lead to the current version without a gap."""
    query = (
        select(Version)
        .where(Version.sport_id == sport.id, Version.epoch_id == sport.epoch_id)
        .order_by(Version.number.desc())
        .limit(keep)
    )
    updates: list[wire.Update] = []
    for row in connection.execute(query):
        if row.patch is None:
            break
        names = wire.decode(row.bookmakers) if row.bookmakers else {}
        updates.append(
            wire.Update(
                sport.epoch,
                row.number - 1,
                row.number,
                moment(row.time),
                row.checksum,
                row.patch,
                names,
            )
        )
    return updates[::-1]


def learnings() -> dict[str, Any]:
    """What was learnt of each sport, decoded."""
    query = select(Sport.key, Learning.body).join(Sport, Sport.id == Learning.sport_id)
    with reading() as connection:
        return {key: wire.decode(body) for key, body in connection.execute(query)}


def recent_starts(sport: str, since: datetime) -> dict[str, datetime]:
    """{event: start} of the events of a sport that started since a moment, or will."""
    query = (
        select(Event.key, Event.starts_at)
        .join(Sport, Sport.id == Event.sport_id)
        .where(Sport.key == sport, Event.starts_at >= millis(since))
    )
    with reading() as connection:
        return {key: moment(starts) for key, starts in connection.execute(query)}


def version_of(sport: str) -> int:
    """The version at which a sport stands in the database."""
    with reading() as connection:
        return int(connection.scalar(select(Sport.version).where(Sport.key == sport)) or 0)


def switches() -> dict[str, bool]:
    """What was switched at run time."""
    with reading() as connection:
        return {row.key: row.on for row in connection.execute(select(Switch.key, Switch.on))}
