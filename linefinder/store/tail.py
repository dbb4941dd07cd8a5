"""What other processes have committed: where every sport stands, and the updates that lead there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from linefinder import wire
from linefinder.domain.errors import StoreError
from linefinder.domain.odds import Position
from linefinder.extensions import db
from linefinder.store.engine import reading
from linefinder.store.lease import POLLER, live_holder
from linefinder.store.models import Bulletin, Epoch, Sport, Switch, Version
from linefinder.store.times import millis, moment


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a sport stands in the database; no position where it has no board."""

    sport: str
    title: str
    active: bool
    position: Position | None
    data_at: datetime | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What the process that polls said last: `at`, and the body it posted."""

    holder: str
    at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a process has to know of the others. leader: who holds the lease, None where nobody
    does; told: its bulletin, or that of the last who did."""

    sports: list[Stand]
    leader: str | None
    told: Told | None
    switches: Mapping[str, bool]


def standing(now: datetime) -> Standing:
    """Everything as of one moment; StoreError where the database does not answer."""
    try:
        with reading() as connection:
            return Standing(
                _stands(connection),
                live_holder(connection, now),
                _told(connection),
                {row.key: row.on for row in connection.execute(select(Switch.key, Switch.on))},
            )
    except SQLAlchemyError as error:
        raise StoreError(_plain(error)) from error


def _stands(connection: Connection) -> list[Stand]:
    columns = (Sport.key, Sport.title, Sport.active, Sport.version, Sport.data_at, Sport.failure)
    query = select(*columns, Epoch.key.label("epoch"))
    query = query.outerjoin(Epoch, Epoch.id == Sport.epoch_id)
    return [
        Stand(
            row.key,
            row.title,
            row.active,
            Position(row.epoch, row.version) if row.epoch else None,
            moment(row.data_at) if row.data_at is not None else None,
            row.failure,
        )
        for row in connection.execute(query)
    ]


def _told(connection: Connection) -> Told | None:
    row = connection.execute(select(Bulletin).where(Bulletin.key == POLLER)).first()
    return Told(row.holder, moment(row.at), wire.decode(row.body)) if row else None


def post(holder: str, body: str, now: datetime) -> None:
    """Leave a bulletin in place of the last; StoreError where the database refuses."""
    row = {"holder": holder, "at": millis(now), "body": body}
    try:
        with db.engine.begin() as connection:
            written = connection.execute(
                update(Bulletin).where(Bulletin.key == POLLER).values(**row)
            )
            if not written.rowcount:
                connection.execute(delete(Bulletin).where(Bulletin.key == POLLER))
                connection.execute(insert(Bulletin), {"key": POLLER, **row})
    except SQLAlchemyError as error:
        raise StoreError(_plain(error)) from error


def updates_since(
    sport: str, held: Position
) -> tuple[list[wire.Update] | None, dict[str, datetime]]:
    """The updates that lead from `held` to what is stored, None where they are not kept or the epoch is
    another; and the oldest stamp of each bookmaker's lines."""
    try:
        with reading() as connection:
            query = select(Sport.id, Sport.version, Sport.confirmed, Epoch.key, Epoch.id.label("e"))
            query = query.join(Epoch, Epoch.id == Sport.epoch_id).where(Sport.key == sport)
            row = connection.execute(query).one()
            stamps = wire.decode(row.confirmed) if row.confirmed else {}
            confirmed = {book: moment(stamp) for book, stamp in stamps.items()}
            if row.key != held.epoch:
                return None, confirmed
            updates = _updates(connection, row, held)
    except SQLAlchemyError as error:
        raise StoreError(_plain(error)) from error
    whole = [update.version for update in updates] == [*range(held.version + 1, row.version + 1)]
    return (updates if whole else None), confirmed


def _updates(connection: Connection, sport: Any, held: Position) -> list[wire.Update]:
    query = (
        select(Version)
        .where(Version.sport_id == sport.id, Version.epoch_id == sport.e)
        .where(Version.number > held.version, Version.patch.is_not(None))
        .order_by(Version.number)
    )
    return [
        wire.Update(
            held.epoch,
            row.number - 1,
            row.number,
            moment(row.time),
            row.checksum,
            row.patch,
            wire.decode(row.bookmakers) if row.bookmakers else {},
        )
        for row in connection.execute(query)
    ]


def _plain(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
