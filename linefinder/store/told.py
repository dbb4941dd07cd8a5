"""What alerts were told: one process tells each, once in its rule's cool-down, also after a restart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select, update

from linefinder.store.engine import inserting, reading
from linefinder.store.models import (
    AlertRule,
    Bookmaker,
    Event,
    Line,
    LineChange,
    Market,
    SentAlert,
    Sport,
    Version,
    Watcher,
)
from linefinder.store.times import millis, moment
from linefinder.store.watchers import writing

KEPT_FOR = timedelta(days=7)
KEPT_IN_ALL = 50_000
LATE_MS = 60_000


class Claim(NamedTuple):
    """That a rule is about to tell something: `body` is the message's JSON."""

    rule_id: int
    about: str
    cooldown: float
    body: str


def claim(claims: Sequence[Claim], now: datetime) -> list[Claim]:
    """Those that are now this process's to tell; for the others another was first, or the cool-down
    runs. The database decides: a row is inserted, or renewed where it is old enough."""
    if not claims:
        return []
    mine = []
    with writing() as connection:
        there = set(
            connection.scalars(
                select(AlertRule.id).where(AlertRule.id.in_({one.rule_id for one in claims}))
            )
        )
        for one in claims:
            if one.rule_id in there and _claim(connection, one, now):
                mine.append(one)
    return mine


def _claim(connection: Connection, one: Claim, now: datetime) -> bool:
    rested = SentAlert.at <= millis(now - timedelta(seconds=one.cooldown))
    values = {"rule_id": one.rule_id, "about": one.about, "at": millis(now), "body": one.body}
    statement = (
        inserting(connection, SentAlert)
        .values(values)
        .on_conflict_do_update(
            index_elements=["rule_id", "about"],
            set_={"at": millis(now), "body": one.body},
            where=rested,
        )
        .returning(SentAlert.at)
    )
    return connection.execute(statement).first() is not None


def note_matched(sport: str, version: int) -> None:
    """That what led to this version has been matched: whoever polls next begins behind it."""
    with writing() as connection:
        connection.execute(update(Sport).where(Sport.key == sport).values(matched=version))


class Unmatched(NamedTuple):
    """Versions that are stored and were not matched: the time of the last that was, and of the first
    that was not."""

    after: datetime
    first: datetime


def unmatched(sport: str) -> Unmatched | None:
    """What is left to match; None where nothing is, or nothing ever was matched."""
    query = (
        select(Version.number, Version.time, Sport.matched)
        .join(Sport, Sport.id == Version.sport_id)
        .where(Sport.key == sport, Version.number >= Sport.matched)
        .order_by(Version.number)
        .limit(2)
    )
    with reading() as connection:
        rows = connection.execute(query).all()
    if len(rows) < 2 or rows[0].number != rows[0].matched:
        return None
    return Unmatched(moment(rows[0].time), moment(rows[1].time))


class Sent(NamedTuple):
    """An alert that some process has claimed: `at` in milliseconds, `quiet` of its watcher."""

    rule_id: int
    about: str
    at: int
    body: str
    watcher: str
    quiet: str | None

    @property
    def key(self) -> tuple[int, str, int]:
        return self.rule_id, self.about, self.at

    @property
    def moment(self) -> datetime:
        return moment(self.at)


def sent_since(newest: int) -> list[Sent]:
    """What was claimed since `newest` (milliseconds), and a while before it: what is of an earlier
    moment may be committed later. The newest only, where that is 0."""
    with reading() as connection:
        newest = newest or connection.scalar(select(func.max(SentAlert.at))) or 0
        query = (
            select(
                SentAlert.rule_id,
                SentAlert.about,
                SentAlert.at,
                SentAlert.body,
                Watcher.key_hash,
                Watcher.quiet,
            )
            .join(AlertRule, AlertRule.id == SentAlert.rule_id)
            .join(Watcher, Watcher.id == AlertRule.watcher_id)
            .where(SentAlert.at > newest - LATE_MS)
            .order_by(SentAlert.at, Watcher.id, SentAlert.rule_id)
        )
        return [Sent(*row) for row in connection.execute(query)]


def recent(watcher: str, limit: int) -> list[tuple[datetime, str]]:
    """(when, message) of what a watcher was told last, newest first."""
    query = (
        select(SentAlert.at, SentAlert.body)
        .join(AlertRule, AlertRule.id == SentAlert.rule_id)
        .join(Watcher, Watcher.id == AlertRule.watcher_id)
        .where(Watcher.key_hash == watcher)
        .order_by(SentAlert.at.desc())
        .limit(limit)
    )
    with reading() as connection:
        return [(moment(at), body) for at, body in connection.execute(query)]


def was_posted(
    sport: str, event: str, market: str, bookmaker: str | None, before: datetime
) -> bool:
    """Whether a market of an event had a line (of a bookmaker) in a version of before."""
    query = (
        select(LineChange.version)
        .join(Line, Line.id == LineChange.line_id)
        .join(Event, Event.id == Line.event_id)
        .join(Sport, Sport.id == Event.sport_id)
        .join(Market, Market.id == Line.market_id)
        .join(Version, (Version.sport_id == Sport.id) & (Version.number == LineChange.version))
        .where(Sport.key == sport, Event.key == event, Market.key == market)
        .where(LineChange.price.is_not(None), Version.time < millis(before))
    )
    if bookmaker is not None:
        query = query.join(Bookmaker, Bookmaker.id == Line.bookmaker_id)
        query = query.where(Bookmaker.key == bookmaker)
    with reading() as connection:
        return connection.execute(query.limit(1)).first() is not None


def forget_told(now: datetime) -> int:
    """What was told a week ago, or is beyond what is kept in all; how many."""
    with writing() as connection:
        count = connection.scalar(select(func.count()).select_from(SentAlert)) or 0
        oldest = millis(now - KEPT_FOR)
        if count > KEPT_IN_ALL:
            newest = select(SentAlert.at).order_by(SentAlert.at.desc()).offset(KEPT_IN_ALL).limit(1)
            oldest = max(oldest, connection.scalar(newest) or 0)
        return int(connection.execute(delete(SentAlert).where(SentAlert.at < oldest)).rowcount)
