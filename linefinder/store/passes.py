"""Passes that were signed out: a pass is a signed cookie, and a copy of it would go on being valid."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from linefinder.store.engine import reading
from linefinder.store.models import EndedPass
from linefinder.store.times import millis
from linefinder.store.watchers import writing


def end_pass(number: str, now: datetime) -> None:
    """From now on this pass opens nothing, in any process."""
    with writing() as connection:
        if number not in connection.scalars(select(EndedPass.key)).all():
            connection.execute(insert(EndedPass), {"key": number, "at": millis(now)})


def ended_passes() -> frozenset[str]:
    """Those that were signed out and might still be shown."""
    with reading() as connection:
        return frozenset(connection.scalars(select(EndedPass.key)))


def forget_passes(before: datetime) -> int:
    """Those that were signed out before a moment, and have run out by themselves since; how many."""
    with writing() as connection:
        old = EndedPass.at < millis(before)
        return int(connection.execute(delete(EndedPass).where(old)).rowcount)
