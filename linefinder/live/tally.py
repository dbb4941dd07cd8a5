"""What was delivered and what was not, counted since the start; /metrics shows it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)


class Times:
    """A histogram of seconds: `counts` has one more place than BOUNDS, for what is longer."""

    def __init__(self) -> None:
        self.counts, self.total = [0] * (len(BOUNDS) + 1), 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds

    def buckets(self) -> list[tuple[str, int]]:
        """(upper bound, how many were not longer), as Prometheus wants them."""
        sums = [sum(self.counts[: place + 1]) for place in range(len(self.counts))]
        return list(zip([*map(str, BOUNDS), "+Inf"], sums, strict=True))


@dataclass
class Tally:
    """deliveries: messages handed to a client's socket or queue. dropped: updates that a slow client
    lost. conflated: how often one was given a snapshot instead. stalled: clients closed because they
    took nothing. emits: how long telling a room took; holds: how long it kept the loop without a
    pause; lags: how much later than asked the loop came back."""

    deliveries: int = 0
    dropped: int = 0
    conflated: int = 0
    stalled: int = 0
    emits: Times = field(default_factory=Times)
    holds: Times = field(default_factory=Times)
    lags: Times = field(default_factory=Times)
