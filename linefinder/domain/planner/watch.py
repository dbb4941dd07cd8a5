"""What is known of one sport: the lines last seen, the schedule, and what came and went since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from linefinder.domain.planner.outlook import Fixture
from linefinder.domain.planner.rates import HOUR, Sighting

DAY = 24 * HOUR
PAST_DAYS = 8
"""How far back fixtures are remembered: whatever happens weekly is seen once more than a week."""


Board = Mapping[str, Mapping[Any, object]]
"""{event: {line: value}}"""


@dataclass
class Watch:
    """One sport. polled_at: the last poll; lines: {event: lines it then had}; schedule: {event:
    start} as it is known now; since: all events on the schedule since the last poll; gone: when
    those left that are off it; past: fixtures of the last days, for what no schedule names yet;
    listed: when they came onto the schedule, where that was seen."""

    polled_at: float
    lines: Mapping[str, int] = field(default_factory=dict)
    schedule: Mapping[str, float] = field(default_factory=dict)
    since: dict[str, float] = field(default_factory=dict)
    gone: dict[str, float] = field(default_factory=dict)
    past: dict[str, float] = field(default_factory=dict)
    listed: dict[str, float] = field(default_factory=dict)

    def polled(self, now: float, schedule: Mapping[str, float], lines: Mapping[str, int]) -> None:
        """A poll at `now` saw these lines."""
        self.polled_at, self.lines = now, lines
        self.since, self.gone = {}, {}
        self.scheduled(now, schedule)

    def scheduled(self, now: float, schedule: Mapping[str, float]) -> None:
        """The schedule, which is free, says this at `now`."""
        for event in self.since:
            if event in schedule:
                self.gone.pop(event, None)
            else:
                self.gone.setdefault(event, now)
        self.since.update(schedule)
        self.remember(now, schedule)

    def remember(self, now: float, schedule: Mapping[str, float]) -> None:
        """Keep what was on the schedule at `now`, and since when, for as long as it may help."""
        if self.past:  # of what the first schedule held nobody knows since when
            for event in schedule.keys() - self.past.keys():
                self.listed[event] = now
        self.schedule = schedule
        self.past.update(schedule)
        oldest = now - PAST_DAYS * DAY
        for event in [event for event, start in self.past.items() if start < oldest]:
            del self.past[event]
            self.listed.pop(event, None)

    def fixtures(self, now: float, end: float) -> list[Fixture]:
        """All that is on the schedule, has been since the last poll, or is likely to come."""
        known = [
            Fixture(start, float(self.lines.get(event, 0)), gone=self.gone.get(event, float("inf")))
            for event, start in self.since.items()
        ]
        return known + self._likely(now, end)

    def _likely(self, now: float, end: float) -> list[Fixture]:
        """What no schedule names yet: the fixtures of the past week once more, or of as many days as
        are known, each then a fraction of a fixture, listed as long before as is usual."""
        leads = [self.past[event] - listed for event, listed in self.listed.items()]
        lead = median(leads) if leads else DAY
        horizon = max(now + lead, *self.schedule.values(), now)
        started = [start for start in self.past.values() if start <= now]
        days = max(1, min(7, round((now - min(started, default=now)) / DAY)))
        recent = [start for start in started if start > now - days * DAY]
        weekly = False
        likely = []
        for start in recent:
            ahead = start + (7 * DAY if weekly else DAY)
            while ahead < end + lead:
                if ahead > horizon:
                    weight = 1.0 if weekly else 1.0 / days
                    likely.append(Fixture(ahead, listed=ahead - lead, weight=weight))
                ahead += 7 * DAY if weekly else DAY
        return likely

    def sightings(self, now: float, before: Board, after: Board) -> list[Sighting]:
        """What a poll at `now` saw of each event since the last one: the boards of both."""
        return [
            compared(self._span(event, now), before.get(event, {}), after.get(event, {}))
            for event in self.since
        ]

    def _span(self, event: str, now: float) -> tuple[float, float]:
        """Seconds to the start, when the event was first to be seen and when last."""
        start = self.since[event]
        listed = self.listed.get(event, self.polled_at)
        return start - max(self.polled_at, listed), start - self.gone.get(event, now)


def compared(
    span: tuple[float, float], old: Mapping[Any, object], new: Mapping[Any, object]
) -> Sighting:
    """How many lines of an event ({line: value}) moved, went and came over a span."""
    stayed = old.keys() & new.keys()
    moved = sum(old[line] != new[line] for line in stayed)
    return Sighting(*span, len(old), moved, len(old) - len(stayed), len(new) - len(stayed))
