"""Where else a browser's alerts go: push services and webhooks."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update

from linefinder.domain.errors import Refused
from linefinder.store.engine import reading
from linefinder.store.models import Subscription, Watcher
from linefinder.store.times import millis
from linefinder.store.watchers import watcher_of, writing

A_WATCHER = 5


class Kept(NamedTuple):
    """A subscription: `kind` push or webhook, `body` the JSON of what it takes."""

    key: str
    kind: str
    address: str
    body: str


def subscribe(watcher: str, kind: str, address: str, body: str, now: datetime) -> str:
    """Keep an address of a watcher (once); its key. Refused where it has as many as are allowed."""
    row = {"kind": kind, "body": body, "made_at": millis(now)}
    with writing() as connection:
        mine = Subscription.watcher_id == watcher_of(connection, watcher, now)
        known = select(Subscription.key).where(mine, Subscription.address == address)
        found = connection.scalar(known)
        if found is not None:
            connection.execute(update(Subscription).where(Subscription.key == found).values(**row))
            return str(found)
        count = select(func.count()).select_from(Subscription).where(mine)
        if (connection.scalar(count) or 0) >= A_WATCHER:
            raise Refused("too_many_subscriptions", f"{A_WATCHER} a browser are kept", 409)
        key = secrets.token_hex(8)
        watcher_id = watcher_of(connection, watcher, now)
        values = {"key": key, "watcher_id": watcher_id, "address": address, **row}
        connection.execute(insert(Subscription), values)
        return key


def subscriptions_of(watcher: str) -> list[Kept]:
    """All addresses of a watcher."""
    query = (
        select(Subscription.key, Subscription.kind, Subscription.address, Subscription.body)
        .join(Watcher, Watcher.id == Subscription.watcher_id)
        .where(Watcher.key_hash == watcher)
        .order_by(Subscription.id)
    )
    with reading() as connection:
        return [Kept(*row) for row in connection.execute(query)]


def unsubscribe(key: str, watcher: str | None = None) -> bool:
    """Forget an address (of this watcher alone, if one is given)."""
    where = [Subscription.key == key]
    if watcher is not None:
        mine = select(Watcher.id).where(Watcher.key_hash == watcher).scalar_subquery()
        where.append(Subscription.watcher_id == mine)
    with writing() as connection:
        return bool(connection.execute(delete(Subscription).where(*where)).rowcount)
