"""The polls that were made, which are the ledger: what is left, what was spent, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from linefinder.domain.quota import Ledger
from linefinder.store.engine import reading
from linefinder.store.models import Poll, Sport
from linefinder.store.times import millis, moment

ODDS = "odds"
"""What a poll is; all else that was paid for has another name."""


def last_ledger() -> Ledger:
    """The account as the last recorded answer told it."""
    query = (
        select(Poll.remaining, Poll.used, Poll.ended_at)
        .where(Poll.remaining.is_not(None))
        .order_by(Poll.id.desc())
        .limit(1)
    )
    paid = (
        select(Poll.credits)
        .where(Poll.credits > 0, Poll.tries == 1, Poll.what == ODDS)
        .order_by(Poll.id.desc())
    )
    with reading() as connection:
        row = connection.execute(query).first()
        cost = connection.scalar(paid.limit(1))
    return Ledger(row.remaining, row.used, moment(row.ended_at), cost) if row else Ledger()


def manual_credits(since: datetime) -> int:
    """Credits that manual refreshes have cost since a moment."""
    total = select(func.sum(Poll.credits)).where(Poll.manual, Poll.ended_at >= millis(since))
    with reading() as connection:
        return int(connection.scalar(total) or 0)


def polls_since(since: datetime) -> list[tuple[str, datetime]]:
    """(sport, time) of the polls that cost something since a moment, oldest first."""
    query = (
        select(Sport.key, Poll.ended_at)
        .join(Sport, Sport.id == Poll.sport_id)
        .where(Poll.ended_at >= millis(since), Poll.credits > 0, Poll.what == ODDS)
        .order_by(Poll.id)
    )
    with reading() as connection:
        return [(key, moment(at)) for key, at in connection.execute(query)]


def recent_polls(count: int) -> Sequence[Any]:
    """The last polls, newest first: rows with sport, times, outcome, credits, changes, note."""
    query = (
        select(
            Sport.key.label("sport"),
            Poll.manual,
            Poll.started_at,
            Poll.ended_at,
            Poll.outcome,
            Poll.tries,
            Poll.credits,
            Poll.remaining,
            Poll.version,
            Poll.changes,
            Poll.note,
            Poll.what,
        )
        .join(Sport, Sport.id == Poll.sport_id)
        .order_by(Poll.id.desc())
        .limit(count)
    )
    with reading() as connection:
        return [
            {
                **row._asdict(),
                "started_at": moment(row.started_at),
                "ended_at": moment(row.ended_at),
            }
            for row in connection.execute(query)
        ]
