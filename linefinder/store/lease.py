"""Who may poll: one process holds the lease and renews it; a dead one loses it within 15 seconds.

A holder on this machine whose process is gone loses it at once, so that a restart polls right away.
"""

from __future__ import annotations

import os
import secrets
import socket
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from linefinder.domain.errors import StoreError
from linefinder.extensions import db
from linefinder.store.models import Lease
from linefinder.store.times import millis

POLLER = "poller"
HELD_FOR = timedelta(seconds=12)


def new_holder() -> str:
    """A name for this process: host, process id, and a word that tells it from its predecessor."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def hold(holder: str, now: datetime) -> bool:
    """Take or renew the lease; False where another process holds it."""
    fields = {"holder": holder, "until": millis(now + HELD_FOR)}
    try:
        with db.engine.begin() as connection:
            row = connection.execute(select(Lease).where(Lease.key == POLLER)).first()
            if row is None:
                connection.execute(insert(Lease), {"key": POLLER, **fields})
                return True
            if row.holder != holder and row.until > millis(now) and not _is_dead(row.holder):
                return False
            taken = connection.execute(
                update(Lease)
                .where(Lease.key == POLLER, Lease.holder == row.holder, Lease.until == row.until)
                .values(**fields)
            )
            return taken.rowcount == 1
    except IntegrityError:
        return False
    except DBAPIError as error:
        raise StoreError(str(error.orig).strip().splitlines()[0]) from error


def release(holder: str) -> None:
    """Give the lease back; StoreError where that can't be, and it runs out by itself."""
    try:
        with db.engine.begin() as connection:
            connection.execute(delete(Lease).where(Lease.key == POLLER, Lease.holder == holder))
    except DBAPIError as error:
        raise StoreError(str(error.orig).strip().splitlines()[0]) from error


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
