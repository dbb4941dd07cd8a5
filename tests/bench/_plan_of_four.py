"""A plan of four sports as the server makes it, and how long it keeps everything else waiting."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np

from linefinder.domain.planner.hours import DAY
from linefinder.domain.planner.policy import Plan, Subject, graded, make_plan
from linefinder.domain.planner.rates import HOUR, Tally, estimate
from linefinder.domain.planner.watch import Watch

SPORTS = ("basketball_nba", "americanfootball_nfl", "baseball_mlb", "icehockey_nhl")
NOW = 1_764_000_000.0
TURNS = 5


def subject_of(number: int) -> Subject:
    """A sport in mid-season: ten games a day, known for a week, polled each hour."""
    chance = np.random.default_rng(number)
    watch, tally = Watch(NOW), Tally()
    games = {
        f"g{day}-{slot}": NOW + day * DAY + slot * 2.4 * HOUR
        for day in range(-7, 2)
        for slot in range(10)
    }
    watch.past = dict(games)
    for at in np.arange(NOW - 7 * DAY, NOW, HOUR):
        known = {name: start for name, start in games.items() if -3 * HOUR < start - at < DAY}
        lines = {name: {key: int(chance.integers(0, 5)) for key in range(60)} for name in known}
        if watch.since:
            tally.add(watch.sightings(float(at), {}, lines))
        watch.polled(float(at), known, dict.fromkeys(known, 60))
    return Subject(watch, estimate(tally), 3.0)


def plan(subjects: dict[str, Subject], days: float, last: Plan | None = None) -> Plan:
    """As linefinder/polling/plans.py makes it, for so many days."""
    instants = graded(NOW, NOW + days * DAY, 60.0)
    return make_plan(subjects, 500 * days / 30, instants, NOW + days * DAY, 60.0, last=last)


def stall(subjects: dict[str, Subject], days: float) -> float:
    """The longest that a green thread which wants to run each millisecond had to wait, in seconds."""
    eventlet, tpool = import_module("eventlet"), import_module("eventlet.tpool")
    waits: list[float] = []
    done: list[Any] = []

    def tick() -> None:
        before = perf_counter()
        while not done:
            eventlet.sleep(0.001)
            now = perf_counter()
            waits.append(now - before)
            before = now

    ticker = eventlet.spawn(tick)
    tpool.execute(plan, subjects, days)
    done.append(True)
    ticker.wait()
    return max(waits)


def main() -> None:
    """Print {days: [CPU seconds, longest stall in ms]}, medians of five."""
    subjects = {sport: subject_of(number) for number, sport in enumerate(SPORTS)}
    found = {}
    for days in (7.0, 30.0):
        used, stalls = [], []
        last = plan(subjects, days)
        for _ in range(TURNS):
            begin = process_time()
            last = plan(subjects, days, last)
            used.append(process_time() - begin)
            stalls.append(stall(subjects, days))
        found[days] = [median(used), 1000 * median(stalls)]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
