"""What a planned poll is for, in facts that a sentence can be made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from linefinder.domain.feed import Why
from linefinder.domain.planner.rates import HOUR

SOON = 1.5 * HOUR
PLAYS = 3.5 * HOUR


def why(schedule: Mapping[str, float], moment: float) -> Why:
    """What a poll at a moment is for, by what is near to it."""
    soon = [start for start in schedule.values() if moment <= start <= moment + SOON]
    if soon:
        return Why("starting", len(soon), _moment(min(soon)))
    playing = sum(moment - PLAYS < start < moment for start in schedule.values())
    if playing:
        return Why("playing", playing)
    later = [start for start in schedule.values() if start > moment]
    return Why("waiting", len(later), _moment(min(later))) if later else Why("posting")


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
