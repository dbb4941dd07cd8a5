"""Epochs: from here on, a sport's versions could mean something else."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from linefinder.store.models import Epoch, Event, EventChange, Line, LineChange, Sport, Version
from linefinder.store.step import event_change
from linefinder.store.times import millis


def format_of(db: Connection, sport: str) -> str | None:
    """The odds format of a sport's epoch, None where it has none; nobody else changes it before this
    transaction ends."""
    query = select(Epoch.odds_format).join(Sport, Sport.epoch_id == Epoch.id)
    db.execute(select(Sport.id).where(Sport.key == sport).with_for_update())
    found: str | None = db.scalar(query.where(Sport.key == sport))
    return found


def begin_epoch(
    db: Connection, sport: str, odds_format: str, now: datetime, *, clear: bool
) -> None:
    """Begin an epoch for a sport; `clear` takes its board empty, which is one more version."""
    held = db.execute(select(Sport.id, Sport.version).where(Sport.key == sport)).one()
    version = held.version + 1 if clear else held.version
    made = insert(Epoch).values(
        sport_id=held.id,
        key=secrets.token_hex(4),
        odds_format=odds_format,
        first_version=version,
        began_at=millis(now),
    )
    epoch_id = db.execute(made.returning(Epoch.id)).scalar_one()
    db.execute(update(Sport).where(Sport.id == held.id).values(epoch_id=epoch_id))
    if clear:
        _clear_board(db, held.id, epoch_id, version, now)


def _clear_board(db: Connection, sport_id: int, epoch_id: int, version: int, now: datetime) -> None:
    """Take every line and event off the board, and say so in history."""
    _clear_lines(db, sport_id, version)
    _clear_events(db, sport_id, version)
    row = {"sport_id": sport_id, "number": version, "epoch_id": epoch_id}
    db.execute(insert(Version), {**row, "time": millis(now), "checksum": 0})
    emptied = {"version": version, "time": millis(now), "checksum": 0}
    forgotten = {"data_at": None, "confirmed": None, "failure": None}
    db.execute(update(Sport).where(Sport.id == sport_id).values(**emptied, **forgotten))


def _clear_lines(db: Connection, sport_id: int, version: int) -> None:
    events = select(Event.id).where(Event.sport_id == sport_id)
    standing = (Line.event_id.in_(events), Line.price.is_not(None))
    gone = [
        {"line_id": id_, "version": version} for id_ in db.scalars(select(Line.id).where(*standing))
    ]
    if gone:
        db.execute(insert(LineChange), gone)
        db.execute(update(Line).where(*standing).values(price=None, point=None))


def _clear_events(db: Connection, sport_id: int, version: int) -> None:
    standing = (Event.sport_id == sport_id, Event.present)
    gone = [
        event_change(row.id, version, row._asdict(), present=False)
        for row in db.execute(select(Event).where(*standing))
    ]
    if gone:
        db.execute(insert(EventChange), gone)
        db.execute(update(Event).where(*standing).values(present=False))
