"""The score of a game, as the provider last told it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from linefinder.domain.odds import Event, Events, starts_at

RECENT = timedelta(hours=24)
"""The provider tells the final score of a game that ended within the last day."""


LASTS = timedelta(minutes=2)
"""A score of a game in play that is older may have changed."""


class Score(NamedTuple):
    """What each side has, as text (`"21"`, `"245/6"`), None where it was not told; whether the game is
    over; and when that was so."""

    home: str | None
    away: str | None
    completed: bool
    at: datetime


Scores = Mapping[str, Score]
"""By the id of the event."""


def points(score: Score | None, event: Event, name: str) -> str:
    """What the team of that name has; empty where it is no team of the event, or nothing was told."""
    if score is None or not name:
        return ""
    if name == event.get("home"):
        return score.home or ""
    return (score.away or "") if name == event.get("away") else ""


def is_old(score: Score | None, now: datetime) -> bool:
    """Whether a score may have changed since it was told."""
    return score is not None and not score.completed and now - score.at > LASTS


def playing(events: Events, scores: Scores, now: datetime) -> list[str]:
    """The events of a board whose score may still change: they have begun and are not over."""
    return [
        key
        for key, event in events.items()
        if starts_at(event) <= now and not (key in scores and scores[key].completed)
    ]


def unfinished(events: Collection[str], scores: Scores, now: datetime) -> list[str]:
    """The games that left the board before their final score was told."""
    return [
        key
        for key, score in scores.items()
        if key not in events and not score.completed and now - score.at < RECENT
    ]
