"""Who may poll: one process holds the lease and renews it; a dead one loses it within 15 seconds.

A holder on this machine whose process is gone loses it at once, so that a restart polls right away.
Time is PostgreSQL's own, where there may be several machines: a clock of theirs that jumps must
neither take the lease from its holder nor keep it for an hour.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from linefinder.domain.errors import StoreConflict, StoreError
from linefinder.extensions import db
from linefinder.store.models import Lease
from linefinder.store.times import millis

POLLER, ASKER = "poller", "asker"
HELD_FOR = timedelta(seconds=12)
HELD_FOR_MS = 12_000
NOW = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)")


def new_holder() -> str:
    """A name for this process: host, process id, and a word that tells it from its predecessor."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def hold(holder: str, now: datetime) -> bool:
    """Take or renew the lease; False where another process holds it."""
    return _hold(POLLER, holder, now)


def ask(holder: str, now: datetime) -> bool:
    """Ask for the lease: who holds it without polling gives it to whoever would poll. One asks at a
    time; False where it is another."""
    return _hold(ASKER, holder, now)


def is_asked_for(holder: str, now: datetime) -> bool:
    """Whether another process asks for the lease."""
    with _telling() as connection:
        row = connection.execute(select(Lease).where(Lease.key == ASKER)).first()
        return row is not None and row.holder != holder and _stands(connection, row, now)


def live_holder(connection: Connection, now: datetime) -> str | None:
    """Who polls, None where the lease has run out; within a transaction of the caller."""
    row = connection.execute(select(Lease).where(Lease.key == POLLER)).first()
    return row.holder if row is not None and _stands(connection, row, now) else None


def _hold(key: str, holder: str, now: datetime) -> bool:
    try:
        with _telling() as connection:
            row = connection.execute(select(Lease).where(Lease.key == key)).first()
            fields = {"holder": holder, "until": _clock(connection, now) + HELD_FOR_MS}
            if row is None:
                connection.execute(insert(Lease), {"key": key, **fields})
                return True
            if row.holder != holder and _stands(connection, row, now):
                return False
            mine = update(Lease).where(Lease.key == key, Lease.holder == row.holder)
            if row.holder != holder:  # another may take it, or it may be renewed, at this moment
                mine = mine.where(Lease.until == row.until)
            return connection.execute(mine.values(**fields)).rowcount == 1
    except StoreConflict:
        return False


def release(holder: str) -> None:
    """Give the lease back; StoreError where that can't be, and it runs out by itself."""
    with _telling() as connection:
        connection.execute(delete(Lease).where(Lease.holder == holder))


@contextmanager
def _telling() -> Iterator[Connection]:
    """A transaction; StoreConflict where another was first, StoreError where the database refuses."""
    try:
        with db.engine.begin() as connection:
            yield connection
    except IntegrityError as error:
        raise StoreConflict("another process was first") from error
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(str(cause).strip().splitlines()[0]) from error


def _stands(connection: Connection, row: Any, now: datetime) -> bool:
    return bool(row.until > _clock(connection, now)) and not _is_dead(row.holder)


def _clock(connection: Connection, now: datetime) -> int:
    """Milliseconds since 1970, by the clock that all share."""
    if connection.dialect.name != "postgresql":
        return millis(now)
    return int(connection.scalar(NOW) or 0)


def _is_dead(holder: str) -> bool:
    host, pid, _ = holder.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    if int(pid) == os.getpid():
        return True  # the same number, another word: our predecessor in a container
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
