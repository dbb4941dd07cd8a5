"""How often somebody may spend credits by hand."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from linefinder.domain.errors import Refused

HOUR = timedelta(hours=1)


class Allowance:
    """`cooldown`: seconds after a poll before its sport is refreshed; `per_hour`: of all sports."""

    def __init__(self, cooldown: float, per_hour: int) -> None:
        self._cooldown, self._per_hour = timedelta(seconds=cooldown), per_hour
        self._spent: deque[datetime] = deque()

    def spend(self, now: datetime) -> None:
        """Count what is paid for by hand."""
        self._spent.append(now)

    def set_back(self, by: timedelta) -> None:
        """The clock was set back: what was spent goes back with it, else it would count for longer."""
        self._spent = deque(at + by for at in self._spent)

    def check(self, data_at: datetime | None, now: datetime) -> None:
        """Refused where a sport, whose data is of `data_at`, can't be refreshed again yet."""
        if data_at is not None and now - data_at < self._cooldown:
            left = (self._cooldown - (now - data_at)).total_seconds()
            words = f"polled {(now - data_at).seconds} s ago; the next refresh is in {left:.0f} s"
            raise Refused("too_many_requests", words, 429, left)
        self.check_hour(now)

    def check_hour(self, now: datetime) -> None:
        """Refused where too much was paid for by hand lately."""
        while self._spent and now - self._spent[0] >= HOUR:
            self._spent.popleft()
        if len(self._spent) >= self._per_hour:
            left = (self._spent[0] + HOUR - now).total_seconds() if self._spent else 3600.0
            words = f"{self._per_hour} manual refreshes an hour are allowed"
            raise Refused("too_many_requests", words, 429, left)
