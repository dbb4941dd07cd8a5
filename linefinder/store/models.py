"""The tables.

Names are stored once and referred to by small integers, so that a change of a line costs one short row
of history. Times are milliseconds since 1970, UTC. `lines` is the board as it stands (a NULL price:
gone); `line_changes` is every value a line ever had and from which version on, its first row the
opener; `versions` says when each version was and keeps its patch while it is among the last.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from linefinder.extensions import db

COMPACT = {"sqlite_with_rowid": False}
"""A table that is its own primary-key index: half the bytes of a row of integers."""


class Sport(db.Model):
    __tablename__ = "sports"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    active: Mapped[bool]
    epoch_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=0)
    time: Mapped[int | None] = mapped_column(BigInteger)
    checksum: Mapped[int] = mapped_column(BigInteger, default=0)
    data_at: Mapped[int | None] = mapped_column(BigInteger)
    failure: Mapped[str | None]
    confirmed: Mapped[str | None]
    told_from: Mapped[int] = mapped_column(default=0, server_default="0")
    """Changes of earlier versions have been deleted: their boards can't be told any more."""
    matched: Mapped[int | None]
    """Up to which version rules have been matched, and their alerts claimed."""


class Epoch(db.Model):
    """From `first_version` on, a sport's versions belong to this epoch and odds format."""

    __tablename__ = "epochs"
    id: Mapped[int] = mapped_column(primary_key=True)
    sport_id: Mapped[int] = mapped_column(ForeignKey("sports.id"))
    key: Mapped[str]
    odds_format: Mapped[str]
    first_version: Mapped[int]
    began_at: Mapped[int] = mapped_column(BigInteger)


class Event(db.Model):
    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("sport_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sport_id: Mapped[int] = mapped_column(ForeignKey("sports.id"))
    key: Mapped[str] = mapped_column(index=True)
    home: Mapped[str | None]
    away: Mapped[str | None]
    starts_at: Mapped[int] = mapped_column(BigInteger)
    present: Mapped[bool]


class EventChange(db.Model):
    """An event as it stood from a version on."""

    __tablename__ = "event_changes"
    __table_args__ = (COMPACT,)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    home: Mapped[str | None]
    away: Mapped[str | None]
    starts_at: Mapped[int] = mapped_column(BigInteger)
    present: Mapped[bool]


class Bookmaker(db.Model):
    __tablename__ = "bookmakers"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]


class Market(db.Model):
    __tablename__ = "markets"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)


class Outcome(db.Model):
    __tablename__ = "outcomes"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)


class Line(db.Model):
    __tablename__ = "lines"
    __table_args__ = (UniqueConstraint("event_id", "bookmaker_id", "market_id", "outcome_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    bookmaker_id: Mapped[int] = mapped_column(ForeignKey("bookmakers.id"))
    market_id: Mapped[int] = mapped_column(ForeignKey("markets.id"))
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcomes.id"))
    price: Mapped[float | None]
    point: Mapped[float | None]


class LineChange(db.Model):
    """What a line was from a version on; a NULL price: it was off the board."""

    __tablename__ = "line_changes"
    __table_args__ = (COMPACT,)
    line_id: Mapped[int] = mapped_column(ForeignKey("lines.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[float | None]
    point: Mapped[float | None]


class Version(db.Model):
    """When a version was; `patch` (from the one before) is NULL once nobody can resume from it."""

    __tablename__ = "versions"
    __table_args__ = (Index(None, "sport_id", "time", "number"), COMPACT)
    sport_id: Mapped[int] = mapped_column(ForeignKey("sports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    epoch_id: Mapped[int] = mapped_column(ForeignKey("epochs.id"))
    time: Mapped[int] = mapped_column(BigInteger)
    checksum: Mapped[int] = mapped_column(BigInteger)
    patch: Mapped[bytes | None] = mapped_column(LargeBinary)
    bookmakers: Mapped[str | None]


class Poll(db.Model):
    """One run for one sport: what it cost and how it ended. `what`: `odds`, or what else was paid for
    (`markets` and `props` of an event, `scores`), which says nothing of the board."""

    __tablename__ = "polls"
    __table_args__ = (Index(None, "sport_id", "ended_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sport_id: Mapped[int] = mapped_column(ForeignKey("sports.id"))
    manual: Mapped[bool]
    started_at: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[str]
    tries: Mapped[int]
    credits: Mapped[int | None]
    remaining: Mapped[int | None]
    used: Mapped[int | None]
    version: Mapped[int]
    changes: Mapped[int]
    note: Mapped[str | None]
    what: Mapped[str] = mapped_column(default="odds", server_default="odds")


class Learning(db.Model):
    """How fast the lines of a sport move, as JSON: domain/planner/rates.py."""

    __tablename__ = "learnings"
    sport_id: Mapped[int] = mapped_column(ForeignKey("sports.id"), primary_key=True)
    body: Mapped[str]
    at: Mapped[int] = mapped_column(BigInteger)


class Switch(db.Model):
    """What was switched at run time, and wins over the settings."""

    __tablename__ = "switches"
    key: Mapped[str] = mapped_column(primary_key=True)
    on: Mapped[bool]


class Lease(db.Model):
    """Who may poll, until when: one process, so that nothing is paid twice."""

    __tablename__ = "leases"
    key: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[int] = mapped_column(BigInteger)


class Bulletin(db.Model):
    """What the process that polls says of its feeds and credits, as JSON, for all others."""

    __tablename__ = "bulletins"
    key: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    at: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[str]


class Audience(db.Model):
    """How many look at a sport in a process that serves, as it said last."""

    __tablename__ = "audiences"
    holder: Mapped[str] = mapped_column(primary_key=True)
    sport: Mapped[str] = mapped_column(primary_key=True)
    viewers: Mapped[int]
    at: Mapped[int] = mapped_column(BigInteger)


class Ask(db.Model):
    """A refresh that another process was asked for; who takes it makes it, once. `body`: what of an
    event is to be had instead of a sport's board; both it and `answer` are JSON."""

    __tablename__ = "asks"
    id: Mapped[int] = mapped_column(primary_key=True)
    sport: Mapped[str]
    at: Mapped[int] = mapped_column(BigInteger)
    taken_by: Mapped[str | None]
    answer: Mapped[str | None]
    body: Mapped[str | None]


class Offering(db.Model):
    """The markets that an event has, as JSON {market: bookmakers}, and when that was."""

    __tablename__ = "offerings"
    event: Mapped[str] = mapped_column(primary_key=True)
    sport: Mapped[str]
    at: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[str]


class EventSheet(db.Model):
    """The lines of one market of one event as last paid for, as JSON; `lines`: how many; `wanted_at`:
    when somebody last looked at them."""

    __tablename__ = "event_sheets"
    __table_args__ = (Index("ix_event_sheets_wanted_at", "wanted_at"),)
    event: Mapped[str] = mapped_column(primary_key=True)
    market: Mapped[str] = mapped_column(primary_key=True)
    sport: Mapped[str]
    at: Mapped[int] = mapped_column(BigInteger)
    confirmed: Mapped[int | None] = mapped_column(BigInteger)
    wanted_at: Mapped[int] = mapped_column(BigInteger)
    odds_format: Mapped[str]
    lines: Mapped[int]
    body: Mapped[str]


class EventScore(db.Model):
    """The score of a game as it was last told; `at`: when that was so."""

    __tablename__ = "scores"
    __table_args__ = (Index("ix_scores_sport", "sport"),)
    event: Mapped[str] = mapped_column(primary_key=True)
    sport: Mapped[str]
    home: Mapped[str | None]
    away: Mapped[str | None]
    completed: Mapped[bool]
    at: Mapped[int] = mapped_column(BigInteger)


class EndedPass(db.Model):
    """A pass of a private board that was signed out, by its number, and when."""

    __tablename__ = "ended_passes"
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)


class Watcher(db.Model):
    """A browser that waits for alerts: the hash of the id that it keeps. `quiet`: `23:00 07:00 UTC`."""

    __tablename__ = "watchers"
    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    quiet: Mapped[str | None]
    seen_at: Mapped[int] = mapped_column(BigInteger)


class AlertRule(db.Model):
    """What a watcher waits for, as JSON: domain/rules.py."""

    __tablename__ = "alert_rules"
    __table_args__ = (
        Index("ix_alert_rules_watcher_id", "watcher_id"),
        Index("ix_alert_rules_sport", "sport"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    watcher_id: Mapped[int] = mapped_column(ForeignKey("watchers.id"))
    sport: Mapped[str]
    body: Mapped[str]
    made_at: Mapped[int] = mapped_column(BigInteger)


class Subscription(db.Model):
    """Where else a watcher's alerts go: `push` or `webhook`, and what that takes, as JSON."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("watcher_id", "address"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    watcher_id: Mapped[int] = mapped_column(ForeignKey("watchers.id"))
    kind: Mapped[str]
    address: Mapped[str]
    body: Mapped[str]
    made_at: Mapped[int] = mapped_column(BigInteger)


class SentAlert(db.Model):
    """When a rule last told something: who inserts or renews the row tells it, and nobody else."""

    __tablename__ = "sent_alerts"
    __table_args__ = (Index("ix_sent_alerts_at", "at"),)
    rule_id: Mapped[int] = mapped_column(ForeignKey("alert_rules.id"), primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[str]
