"""What a planned poll is for, in facts that a sentence can be made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from linefinder.domain.planner.rates import HOUR

SOON = 1.5 * HOUR
PLAYS = 3.5 * HOUR


class Why(NamedTuple):
    """kind: starting (`events` of them start soon, the first at `at`), playing (`events` are in play),
    waiting (the next starts at `at`), or posting (nothing is on the schedule yet)."""

    kind: str
    events: int = 0
    at: float | None = None


def why(schedule: Mapping[str, float], moment: float) -> Why:
    """What a poll at a moment is for, by what is near to it."""
    soon = [start for start in schedule.values() if moment <= start <= moment + SOON]
    if soon:
        return Why("starting", len(soon), min(soon))
    playing = sum(moment - PLAYS < start < moment for start in schedule.values())
    if playing:
        return Why("playing", playing)
    later = [start for start in schedule.values() if start > moment]
    return Why("waiting", len(later), min(later)) if later else Why("posting")
