"""What is known of one sport: the lines last seen, the schedule, and what came and went since."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Any

import numpy as np

from linefinder.domain.planner.hours import DAY
from linefinder.domain.planner.outlook import Fixture
from linefinder.domain.planner.rates import HOUR, Sighting

PAST_DAYS = 8
"""How far back fixtures are remembered: any day of the week has been once."""
LEADS = 3
ALIKE = 2 * HOUR
"""Starts of a day that lie within so long count as one: a forecast of next week is no finer."""


Board = Mapping[str, Mapping[Any, object]]
"""{event: {line: value}}"""
Changes = tuple[int, int, int]
"""How many lines moved, went and came."""
STILL: Changes = (0, 0, 0)


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

    def set_back(self, by: float) -> None:
        """The clock was set back by so many seconds, below 0: what was seen goes back with it."""
        self.polled_at += by
        for seen in (self.gone, self.listed):
            seen.update({event: at + by for event, at in seen.items()})

    def fixtures(self, now: float, end: float) -> list[Fixture]:
        """All that is on the schedule, has been since the last poll, or is likely to come."""
        known = [
            Fixture(start, float(self.lines.get(event, 0)), gone=self.gone.get(event, float("inf")))
            for event, start in self.since.items()
        ]
        return known + self._likely(now, end)

    def _likely(self, now: float, end: float) -> list[Fixture]:
        """What no schedule names yet, as fractions of fixtures that add up to what is usual: each
        start of the past days may come again daily, and is then listed as long before as fixtures
        were that came onto the schedule. (To tell weekdays apart did not help.)"""
        leads = self._leads()
        likely = []
        for start, weight in self._usual(now):
            for lead in leads:
                # those of an earlier start are on the schedule, or would be if there were any
                first = start + DAY * math.ceil((now + lead - start) / DAY)
                for ahead in np.arange(first, end + lead, DAY):
                    share = weight / len(leads)
                    likely.append(Fixture(float(ahead), listed=float(ahead) - lead, weight=share))
        return likely

    def _leads(self) -> list[float]:
        """How long before their start fixtures are listed, as a few equally likely values."""
        seen = sorted(self.past[event] - listed for event, listed in self.listed.items())
        if len(seen) < LEADS:
            return [median(seen)] if seen else [DAY]
        places = (np.arange(LEADS) + 0.5) / LEADS * len(seen)
        return [max(0.0, seen[int(place)]) for place in places]

    def _usual(self, now: float) -> list[tuple[float, float]]:
        """(start, how many fixtures there are about that time of a day): the mean day of those that
        are known to have been; where nothing has been yet, the coming day."""
        started = [start for start in self.past.values() if start <= now]
        days = min(7, round((now - min(started, default=now)) / DAY))
        if days >= 1:
            known = [start for start in started if start > now - days * DAY]
        else:
            known, days = [start for start in self.schedule.values() if start <= now + DAY], 1
        about: dict[float, list[float]] = {}
        for start in known:
            about.setdefault(start % DAY // ALIKE, []).append(start % DAY)
        midnight = now // DAY * DAY
        return [(midnight + mean(starts), len(starts) / days) for starts in about.values()]

    def sightings(self, now: float, before: Board, after: Board) -> list[Sighting]:
        """What a poll at `now` saw of each event since the last one: the boards of both."""
        changed = {
            event: changes(before.get(event, {}), after.get(event, {})) for event in self.since
        }
        return self.seen(now, changed)

    def seen(self, now: float, changed: Mapping[str, Changes]) -> list[Sighting]:
        """The same, from what changed; an event that is not named did not."""
        return [
            Sighting(
                *self._span(event, now), self.lines.get(event, 0), *changed.get(event, STILL), now
            )
            for event in self.since
        ]

    def _span(self, event: str, now: float) -> tuple[float, float]:
        """Seconds to the start, when the event was first to be seen and when last."""
        start = self.since[event]
        listed = self.listed.get(event, self.polled_at)
        return start - max(self.polled_at, listed), start - self.gone.get(event, now)


def changes(old: Mapping[Any, object], new: Mapping[Any, object]) -> Changes:
    """How many lines of an event ({line: value}) moved, went and came."""
    stayed = old.keys() & new.keys()
    moved = sum(old[line] != new[line] for line in stayed)
    return moved, len(old) - len(stayed), len(new) - len(stayed)
