"""Who waits for alerts, and for which. A browser is known by the hash of an id that only it keeps.

Everything is bounded: rules of a browser, rules in all, the size of a rule, what is kept of the told.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from linefinder.domain.errors import Refused, StoreError
from linefinder.domain.rules import Quiet, quiet_of, time_of
from linefinder.extensions import db
from linefinder.store.engine import inserting, reading
from linefinder.store.models import AlertRule, SentAlert, Subscription, Watcher
from linefinder.store.times import millis, moment

RULES_A_WATCHER = 50
RULES_IN_ALL = 5_000
WATCHERS = 5_000
LARGEST_RULE = 4_096
RULES_LAST = timedelta(days=90)
"""A browser's rule that is not made anew for so long is forgotten; the operator's last."""
UNSEEN_FOR = timedelta(days=180)
SEEN_EVERY = timedelta(days=1)
OPERATOR = "operator"
"""The watcher of `flask alerts`: no hash, so no browser can be it."""


class KeptRule(NamedTuple):
    """A rule as it is kept: `body` is its JSON."""

    id: int
    key: str
    watcher: str
    sport: str
    body: str
    made_at: datetime


_RULES = select(
    AlertRule.id,
    AlertRule.key,
    Watcher.key_hash,
    AlertRule.sport,
    AlertRule.body,
    AlertRule.made_at,
).join(Watcher, Watcher.id == AlertRule.watcher_id)


def hashed(key: str) -> str:
    """The name of a browser here. The id is long and random, so a plain hash can't be turned back."""
    return hashlib.sha256(key.encode()).hexdigest()


@contextmanager
def writing() -> Iterator[Connection]:
    """A short transaction; nothing in it may yield."""
    try:
        with db.engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise StoreError(str(error.orig).strip().splitlines()[0]) from error


def rules_of(watcher: str) -> list[KeptRule]:
    """The rules of a watcher, oldest first."""
    return _rules(Watcher.key_hash == watcher)


def rules_for(sport: str) -> list[KeptRule]:
    """All rules about a sport."""
    return _rules(AlertRule.sport == sport)


def every_rule() -> list[KeptRule]:
    return _rules()


def _rules(*where: ColumnElement[bool]) -> list[KeptRule]:
    with reading() as connection:
        rows = connection.execute(_RULES.where(*where).order_by(AlertRule.id))
        return [
            KeptRule(id_, key, watcher, sport, body, moment(made_at))
            for id_, key, watcher, sport, body, made_at in rows
        ]


def add_rule(watcher: str, sport: str, body: str, now: datetime) -> KeptRule:
    """Keep a rule, or renew the same one; Refused where the watcher, or all together, have as many as
    are allowed."""
    if len(body.encode()) > LARGEST_RULE:
        raise Refused("bad_request", f"a rule takes at most {LARGEST_RULE} bytes")
    with writing() as connection:
        watcher_id = watcher_of(connection, watcher, now)
        same = [
            AlertRule.watcher_id == watcher_id, AlertRule.sport == sport, AlertRule.body == body,
        ]  # fmt: skip
        held = connection.execute(select(AlertRule.id, AlertRule.key).where(*same)).first()
        if held is not None:
            renewed = update(AlertRule).where(AlertRule.id == held.id)
            connection.execute(renewed.values(made_at=millis(now)))
            return KeptRule(held.id, held.key, watcher, sport, body, moment(millis(now)))
        count = select(func.count()).select_from(AlertRule)
        mine = connection.scalar(count.where(AlertRule.watcher_id == watcher_id)) or 0
        if mine >= RULES_A_WATCHER:
            raise Refused("too_many_rules", f"{RULES_A_WATCHER} rules a browser are kept", 409)
        if (connection.scalar(count) or 0) >= RULES_IN_ALL:
            raise Refused("too_many_rules", "this server keeps no more rules", 409)
        row = {"key": secrets.token_hex(8), "sport": sport, "body": body, "made_at": millis(now)}
        added = connection.execute(insert(AlertRule), {"watcher_id": watcher_id, **row})
        rule_id = int((added.inserted_primary_key or (0,))[0])
    return KeptRule(rule_id, row["key"], watcher, sport, body, moment(millis(now)))  # type: ignore[arg-type]


def remove_rule(key: str, watcher: str | None = None) -> bool:
    """Forget a rule (of this watcher alone, if one is given), and what it told."""
    query = select(AlertRule.id).join(Watcher, Watcher.id == AlertRule.watcher_id)
    query = query.where(AlertRule.key == key)
    with writing() as connection:
        found = connection.scalar(
            query if watcher is None else query.where(Watcher.key_hash == watcher)
        )
        if found is None:
            return False
        connection.execute(delete(SentAlert).where(SentAlert.rule_id == found))
        connection.execute(delete(AlertRule).where(AlertRule.id == found))
    return True


def watcher_of(connection: Connection, watcher: str, now: datetime) -> int:
    """The id of a watcher, who is made known where there is room."""
    found = connection.scalar(select(Watcher.id).where(Watcher.key_hash == watcher))
    if found is not None:
        connection.execute(update(Watcher).where(Watcher.id == found).values(seen_at=millis(now)))
        return int(found)
    if (connection.scalar(select(func.count()).select_from(Watcher)) or 0) >= WATCHERS:
        raise Refused("too_many_browsers", "this server keeps rules of no more browsers", 409)
    row = {"key_hash": watcher, "seen_at": millis(now)}
    added = inserting(connection, Watcher).on_conflict_do_nothing(index_elements=["key_hash"])
    connection.execute(added, row)
    return connection.scalars(select(Watcher.id).where(Watcher.key_hash == watcher)).one()


def seen(watcher: str, now: datetime) -> None:
    """Note, once a day, that a watcher is still there."""
    before = millis(now - SEEN_EVERY)
    stale = (Watcher.key_hash == watcher, Watcher.seen_at < before)
    with reading() as connection:
        if connection.scalar(select(Watcher.id).where(*stale)) is None:
            return
    with writing() as connection:
        connection.execute(update(Watcher).where(*stale).values(seen_at=millis(now)))


def set_quiet(watcher: str, quiet: Quiet | None, now: datetime) -> None:
    """Keep a watcher's quiet hours in place of those before."""
    text = f"{time_of(quiet.start)} {time_of(quiet.end)} {quiet.zone}" if quiet else None
    with writing() as connection:
        found = watcher_of(connection, watcher, now)
        connection.execute(update(Watcher).where(Watcher.id == found).values(quiet=text))


def quiet_hours(watcher: str) -> Quiet | None:
    """The quiet hours of a watcher."""
    with reading() as connection:
        text = connection.scalar(select(Watcher.quiet).where(Watcher.key_hash == watcher))
    return quiet_of(*text.split(" ", 2)) if text else None


def forget_watchers(now: datetime) -> int:
    """Watchers that nobody has seen for half a year, with all that is theirs; how many."""
    gone = select(Watcher.id).where(
        Watcher.seen_at < millis(now - UNSEEN_FOR), Watcher.key_hash != OPERATOR
    )
    rules = select(AlertRule.id).where(AlertRule.watcher_id.in_(gone))
    with writing() as connection:
        connection.execute(delete(SentAlert).where(SentAlert.rule_id.in_(rules)))
        connection.execute(delete(AlertRule).where(AlertRule.watcher_id.in_(gone)))
        connection.execute(delete(Subscription).where(Subscription.watcher_id.in_(gone)))
        return int(connection.execute(delete(Watcher).where(Watcher.id.in_(gone))).rowcount)


def forget_rules(now: datetime) -> int:
    """Rules that have had their time, with what they told; how many."""
    operator = select(Watcher.id).where(Watcher.key_hash == OPERATOR)
    over = (AlertRule.made_at < millis(now - RULES_LAST), AlertRule.watcher_id.not_in(operator))
    with writing() as connection:
        gone = select(AlertRule.id).where(*over)
        connection.execute(delete(SentAlert).where(SentAlert.rule_id.in_(gone)))
        return int(connection.execute(delete(AlertRule).where(*over)).rowcount)
