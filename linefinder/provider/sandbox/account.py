"""The sandbox's quota: a plan of credits a month, the three headers, and calls a second."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime

from linefinder.domain.quota import month_start


class Account:
    """Counts credits as the provider does: paid calls in whole numbers, back to 0 on the first."""

    def __init__(self, size: int, calls_a_second: int = 30) -> None:
        self.size, self.calls_a_second = size, calls_a_second
        self.used = 0
        self._month: datetime | None = None
        self._calls: deque[datetime] = deque()
        self._lock = threading.Lock()

    def is_too_fast(self, now: datetime) -> bool:
        """Count a call; True where there were too many within a second."""
        with self._lock:
            self._calls.append(now)
            while (now - self._calls[0]).total_seconds() >= 1:
                self._calls.popleft()
            return len(self._calls) > self.calls_a_second

    def affords(self, cost: int, now: datetime) -> bool:
        self._reset(now)
        return self.used + cost <= self.size

    def spend(self, cost: int, now: datetime) -> None:
        with self._lock:
            self._reset(now)
            self.used += cost

    def headers(self, cost: int, now: datetime) -> dict[str, str]:
        """The headers of an answer that cost so much."""
        self._reset(now)
        return {
            "x-requests-remaining": str(self.size - self.used),
            "x-requests-used": str(self.used),
            "x-requests-last": str(cost),
        }

    def _reset(self, now: datetime) -> None:
        month = month_start(now)
        if self._month is not None and month > self._month:
            self.used = 0
        self._month = month
