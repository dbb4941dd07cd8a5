"""The truth about a sport's data: is it live, late, or old? (protocol.md, 'Feed')

Nothing here looks at sockets: a page can be connected and its data stale, or the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from linefinder.domain.scores import Scores

LATE_AFTER = timedelta(seconds=15)
LIMITS = (
    (timedelta(0), timedelta(seconds=90)),
    (timedelta(hours=1), timedelta(minutes=3)),
    (timedelta(hours=6), timedelta(minutes=7)),
    (timedelta(hours=24), timedelta(minutes=14)),
    (timedelta(days=3), timedelta(hours=1)),
)
"""(time to start, oldest data that still counts as fresh): the first row that the time is within."""
LAST_LIMIT = timedelta(hours=2)


class Why(NamedTuple):
    """What a poll is for. kind: starting (`events` of them start soon, the first at `at`), playing
    (`events` are in play), waiting (the next starts at `at`), posting (the schedule is empty)."""

    kind: str
    events: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about the data of a sport.

    data_at: end of the last poll that succeeded; failure: why the last poll failed, None if it did
    not; polling: polls are on for this sport; running: a poll is under way; confirmed: the oldest
    stamp of each bookmaker's lines in the last answer; because: what the next poll is for, where it
    was planned for something; scores: those of its games, as they were told last.
    """

    data_at: datetime | None = None
    failure: str | None = None
    polling: bool = False
    running: bool = False
    next_poll_at: datetime | None = None
    confirmed: Mapping[str, datetime] = field(default_factory=dict)
    because: Why | None = None
    scores: Scores = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feed:
    """Facts judged at a moment: `fresh` = (events within their limit, all events)."""

    status: str
    reason: str | None
    data_at: datetime | None
    next_poll_at: datetime | None
    fresh: tuple[int, int]
    ages: Mapping[str, int]
    because: Why | None = None
    polling: bool = False
    scores: Scores = field(default_factory=dict)


def limit(starts_at: datetime, now: datetime) -> timedelta:
    """How old the data of an event may be before it counts as old."""
    to_start = starts_at - now
    for within, oldest in LIMITS:
        if to_start <= within:
            return oldest
    return LAST_LIMIT


def fresh_count(data_at: datetime | None, starts: Sequence[datetime], now: datetime) -> int:
    """How many of the events have data within their limit."""
    if data_at is None:
        return 0
    age = now - data_at
    return sum(age <= limit(start, now) for start in starts)


def judge(facts: Facts, starts: Sequence[datetime], now: datetime) -> Feed:
    """The feed of a sport whose events start at `starts`."""
    fresh = fresh_count(facts.data_at, starts, now)
    status, reason = _status(facts, fresh, len(starts), now)
    return Feed(
        status=status,
        reason=reason,
        data_at=facts.data_at,
        next_poll_at=facts.next_poll_at if facts.polling else None,
        fresh=(fresh, len(starts)),
        ages=ages(facts),
        because=facts.because if facts.polling else None,
        polling=facts.polling,
        scores=facts.scores,
    )


def _status(facts: Facts, fresh: int, events: int, now: datetime) -> tuple[str, str | None]:
    if facts.failure:
        return "stale", facts.failure
    if facts.data_at is None:
        return "waiting", None
    if fresh < events and not facts.polling:
        return "stale", "paused"
    if fresh < events and is_late(facts, now):
        return "stale", "late"
    if not events:
        return "idle", None
    return ("live" if fresh == events else "delayed"), None


def is_late(facts: Facts, now: datetime) -> bool:
    """Whether a poll should have begun some time ago and has not."""
    due = facts.next_poll_at
    return due is not None and not facts.running and now > due + LATE_AFTER


def ages(facts: Facts) -> dict[str, int]:
    """Whole seconds by which each bookmaker's oldest stamp lies behind the data's time."""
    data_at = facts.data_at
    if data_at is None:
        return {}
    return {
        book: max(0, round((data_at - stamp).total_seconds()))
        for book, stamp in facts.confirmed.items()
    }
