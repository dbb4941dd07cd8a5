"""Scores of games as they were last told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from linefinder.domain.scores import Score, Scores
from linefinder.extensions import db
from linefinder.store.engine import reading
from linefinder.store.models import EventScore
from linefinder.store.times import millis, moment

KEPT = timedelta(days=60)
"""Whoever notes bets looks at them weeks later; the closing lines are kept by HISTORY_DAYS."""


def keep_scores(connection: Connection, sport: str, scores: Scores) -> None:
    """In place of what was known of these games."""
    if not scores:
        return
    connection.execute(delete(EventScore).where(EventScore.event.in_(scores)))
    rows = [
        {"event": event, "sport": sport, **score._asdict(), "at": millis(score.at)}
        for event, score in scores.items()
    ]
    connection.execute(insert(EventScore), rows)


def recent_scores(sport: str, since: datetime) -> dict[str, Score]:
    """{event: score} of a sport's games that were told of since then."""
    where = (EventScore.sport == sport, EventScore.at >= millis(since))
    with reading() as connection:
        rows = connection.execute(select(EventScore).where(*where)).all()
    return {row.event: Score(row.home, row.away, row.completed, moment(row.at)) for row in rows}


def score_of(connection: Connection, event: str) -> Score | None:
    """The score of one game, where it was ever told."""
    row = connection.execute(select(EventScore).where(EventScore.event == event)).first()
    return Score(row.home, row.away, row.completed, moment(row.at)) if row else None


def forget_scores(now: datetime) -> int:
    """Delete what is too old to be of use; how many rows."""
    old = delete(EventScore).where(EventScore.at < millis(now - KEPT))
    with db.engine.begin() as connection:
        return int(connection.execute(old).rowcount)
