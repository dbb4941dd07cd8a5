"""What a sandbox plays: anything that can say, for a sport and a moment, what `/odds` would answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

Body = list[dict[str, Any]]


class Source(Protocol):
    def sports(self) -> list[str]:
        """The keys of the sports that it has."""

    def odds(self, sport: str, at: datetime) -> Body:
        """The events with all their bookmakers and markets, prices American."""

    def event(self, sport: str, event: str, at: datetime) -> dict[str, Any] | None:
        """The same of one event, with all the markets that it has; None where it is not known."""

    def scores(self, sport: str, at: datetime, days: int) -> Body:
        """What `/scores` tells: games in play and to come, and those that ended within `days`."""

    def state(self, at: datetime) -> dict[str, Any]:
        """What it plays, for people and tests."""

    def step(self, index: int | None) -> None:
        """Stand still at an answer, or go on with the clock (None); ValueError where it can't."""
