"""Forgetting old changes and polls. An open event keeps its openers and its current lines."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from linefinder.extensions import db
from linefinder.store.models import (
    Event,
    EventChange,
    Line,
    LineChange,
    Poll,
    Sport,
    Version,
)
from linefinder.store.times import millis

POLL_DAYS = 62
"""Polls are kept for two months whatever HISTORY_DAYS says: they are the ledger."""
BATCH = 500


def prune(history_days: int, now: datetime) -> dict[str, int]:
    """Delete what is older than `history_days` (0 keeps changes for ever); rows deleted by table."""
    counts = {"polls": _delete_polls(now)}
    if history_days:
        before = millis(now - timedelta(days=history_days))
        _say_what_can_be_told(before)
        counts["events"] = _delete_events(before)
        counts["changes"] = _delete_changes(before)
    return counts


def _delete_polls(now: datetime) -> int:
    old = delete(Poll).where(Poll.ended_at < millis(now - timedelta(days=POLL_DAYS)))
    with db.engine.begin() as connection:
        return int(connection.execute(old).rowcount)


def _say_what_can_be_told(before: int) -> None:
    """In a transaction of its own, before anything is deleted: who reads meanwhile must not take a
    board that has lost lines for whole."""
    limit = (
        select(func.max(Version.number))
        .where(Version.sport_id == Sport.id, Version.time < before)
        .scalar_subquery()
    )
    with db.engine.begin() as connection:
        connection.execute(update(Sport).where(Sport.told_from < limit).values(told_from=limit))


def _delete_events(before: int) -> int:
    """Events that left the board before the limit go with all their lines, a batch at a time, so that
    no poll waits long for the database."""
    last_seen = (
        select(func.max(Version.time))
        .join(EventChange, EventChange.version == Version.number)
        .where(EventChange.event_id == Event.id, Version.sport_id == Event.sport_id)
        .scalar_subquery()
    )
    old = select(Event.id).where(~Event.present, Event.starts_at < before, last_seen < before)
    deleted = 0
    while True:
        with db.engine.begin() as connection:
            ids = list(connection.scalars(old.limit(BATCH)))
            if not ids:
                return deleted
            lines = select(Line.id).where(Line.event_id.in_(ids))
            for statement in (
                delete(LineChange).where(LineChange.line_id.in_(lines)),
                delete(Line).where(Line.event_id.in_(ids)),
                delete(EventChange).where(EventChange.event_id.in_(ids)),
                delete(Event).where(Event.id.in_(ids)),
            ):
                connection.execute(statement)
            deleted += len(ids)


def _delete_changes(before: int) -> int:
    """Of events that are still open: changes before the limit, but neither a line's first row nor the
    one that stood at the limit."""
    deleted = 0
    with db.engine.connect() as connection:
        sports = list(connection.execute(select(Sport.id)))
    for (sport_id,) in sports:
        with db.engine.begin() as connection:
            limit = connection.scalar(
                select(func.max(Version.number)).where(
                    Version.sport_id == sport_id, Version.time < before
                )
            )
            lines = (
                select(Line.id)
                .join(Event, Event.id == Line.event_id)
                .where(Event.sport_id == sport_id)
                .order_by(Line.id)
            )
            ids = list(connection.scalars(lines)) if limit is not None else []
        for begin in range(0, len(ids), BATCH):
            with db.engine.begin() as connection:
                old = _old_changes(ids[begin], ids[begin : begin + BATCH][-1], sport_id, limit)
                deleted += connection.execute(old).rowcount
    return deleted


def _old_changes(first: int, last: int, sport_id: int, limit: int | None) -> Any:
    """A batch: of the sport's lines from id `first` to `last`."""
    other = LineChange.__table__.alias("other")
    mine = LineChange.__table__
    at_limit = (
        select(func.max(other.c.version))
        .where(other.c.line_id == mine.c.line_id, other.c.version <= limit)
        .scalar_subquery()
    )
    opener = (
        select(func.min(other.c.version)).where(other.c.line_id == mine.c.line_id).scalar_subquery()
    )
    lines = (
        select(Line.id)
        .join(Event, Event.id == Line.event_id)
        .where(Event.sport_id == sport_id, Line.id.between(first, last))
    )
    return delete(LineChange).where(
        mine.c.line_id.in_(lines), mine.c.version < at_limit, mine.c.version != opener
    )
