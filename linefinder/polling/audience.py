"""Who looks at which sport, in all processes: what polls are worth depends on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from linefinder.store.audiences import audience_besides, post_audience

SAID_EVERY = timedelta(minutes=1)
"""How often a process repeats what has not changed, so that it is known to be there."""
BELIEVED_FOR = timedelta(minutes=3)


class Audience:
    """`here` tells how many look at a sport in this process."""

    def __init__(self, here: Callable[[str], int], now: Callable[[], datetime]) -> None:
        self.here, self._now = here, now
        self._elsewhere: Mapping[str, int] = {}
        self._said: tuple[Mapping[str, int], datetime] | None = None

    def viewers(self, sport: str) -> int:
        """How many look at a sport, as far as this process has to know."""
        return self.here(sport) + self._elsewhere.get(sport, 0)

    def share(self, holder: str, leads: bool, sports: Iterable[str]) -> None:
        """Tell the process that polls who looks here; in that process, hear it of the others."""
        now = self._now()
        if leads:
            self._elsewhere = audience_besides(holder, now - BELIEVED_FOR)
            return
        self._elsewhere = {}
        viewers = {sport: count for sport in sports if (count := self.here(sport))}
        if self._said and viewers == self._said[0] and now - self._said[1] < SAID_EVERY:
            return
        if viewers or (self._said and self._said[0]):
            post_audience(holder, viewers, now)
        self._said = viewers, now
