"""The polls that are to come: one job a sport, and what its feed says of it.

Cadence and plan say when; here each poll gets its place among the jobs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from linefinder.board import Boards
from linefinder.domain import quota
from linefinder.domain.feed import Why
from linefinder.polling.crew import Crew
from linefinder.polling.plans import REST_SECONDS

SAFETY_NET = timedelta(seconds=90)
"""When a poll is started again if its end did not plan the next: longer than any poll may take."""
PROBE_EVERY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Agenda:
    """`poll` polls a sport, `guard` runs a job so that its errors end nothing, `polls_here` tells
    whether this process polls at all."""

    scheduler: BackgroundScheduler
    guard: Callable[..., None]
    poll: Callable[[str], None]
    polls_here: Callable[[], bool]
    boards: Boards
    crew: Crew
    now: Callable[[], datetime]

    def replan(self, force: bool = False) -> None:
        """Plan the polls of all sports, and put the next of each in its place."""
        now = self.now()
        if not self.polls_here():
            return
        if math.isinf(self.crew.cadence.interval(now)):
            for sport in self.crew.wanted.sports:
                self._wait_for_reset(sport, now)
            return
        if not self.crew.cadence.is_planned(now):
            return
        if not self.crew.plans.make(self.crew.cadence.paying(), force):
            later = DateTrigger(now + timedelta(seconds=REST_SECONDS))
            self.scheduler.add_job(
                self.guard, later, ("replan", self.replan), id="replan", replace_existing=True
            )
        for sport in self.crew.wanted.sports:
            self._place(sport, now)

    def _place(self, sport: str, now: datetime) -> None:
        """The next poll of a sport in its place, unless that has come or is not to be."""
        facts, plans, runs = self.boards.facts(sport), self.crew.plans, self.crew.runs
        is_due = facts.next_poll_at is not None and facts.next_poll_at <= now
        if is_due or sport in runs.halted or runs.is_running(sport):
            return
        if facts.data_at is None and not plans.has_succeeded(sport):
            self._first(sport, now)
            return
        at = plans.next_poll(sport, now)
        if at is None:
            self.drop(sport)
        else:
            self.put(sport, at, plans.why(sport, at))

    def plan_next(self, sport: str) -> None:
        """Plan the next poll of a sport when one has ended, however it ended."""
        if not self.polls_here():
            return
        if sport not in self.crew.wanted.sports:
            self.replan()  # it was refreshed by hand, with credits of the plan
            return
        now = self.now()
        self.crew.plans.ended(sport, now, failed=self.boards.facts(sport).failure is not None)
        if sport in self.crew.runs.halted:
            self.boards.learn(sport, next_poll_at=None, because=None)
            return
        if math.isinf(self.crew.cadence.interval(now)):
            self.replan()  # nobody is polled before the reset
            return
        if self.crew.cadence.is_planned(now):
            self.drop(sport)
            self.replan()
            return
        self.put(sport, self.crew.cadence.following(sport, now))

    def _first(self, sport: str, now: datetime) -> None:
        """Of a sport that was never polled nothing is known to plan with: it is polled as soon as
        its failures allow."""
        if not self.has(sport) and not self.is_out_of_season(sport):
            self.put(sport, self.crew.plans.not_before(sport, now))

    def _wait_for_reset(self, sport: str, now: datetime) -> None:
        self.boards.learn(sport, next_poll_at=quota.next_reset(now), because=None)
        self.add(sport, now + PROBE_EVERY)

    def poll_at_once(self, sport: str) -> None:
        """What is shown is long out of date, and can be had again."""
        if self.polls_here() and sport in self.crew.wanted.sports:
            self.put(sport, self.now())

    def hurry(self, now: datetime) -> None:
        """Poll at once what has become worth it since the plan was made."""
        if not self.crew.cadence.is_planned(now):
            return
        for sport in self.crew.plans.overdue(self.crew.wanted.sports, now):
            if sport not in self.crew.runs.halted and not self.crew.runs.is_running(sport):
                self.put(sport, now, self.crew.plans.why(sport, now))

    def put(self, sport: str, at: datetime, why: Why | None = None) -> None:
        """The next poll of a sport is then, for that; its feed says so."""
        self.boards.learn(sport, next_poll_at=at, because=why)
        self.add(sport, at)

    def drop(self, sport: str) -> None:
        """No poll of a sport is to come."""
        self.boards.learn(sport, next_poll_at=None, because=None)
        self.remove(sport)

    def remove(self, sport: str) -> None:
        """This process polls a sport no more; another one may."""
        if self.has(sport):
            self.scheduler.remove_job(f"poll:{sport}")

    def has(self, sport: str) -> bool:
        """Whether a poll of a sport is to come."""
        return self.scheduler.get_job(f"poll:{sport}") is not None

    def is_due(self, sport: str) -> bool:
        """Whether a poll of a sport has come up here and has not ended."""
        due = self.boards.facts(sport).next_poll_at
        return self.has(sport) and due is not None and due <= self.now()

    def add(self, sport: str, at: datetime) -> None:
        """A poll that the feed does not speak of: a probe, or a safety net."""
        self.scheduler.add_job(
            self.guard, DateTrigger(at), ("poll", self.poll, sport), id=f"poll:{sport}",
            replace_existing=True,
        )  # fmt: skip

    def set_back(self, by: timedelta) -> None:
        """The clock was set back: all that is to come, and all data, go back with it."""
        self.crew.set_back(by)
        for job in self.scheduler.get_jobs():
            if job.next_run_time:
                job.modify(next_run_time=job.next_run_time + by)
        for sport in self.boards.sports():
            facts = self.boards.facts(sport)
            due, data_at = facts.next_poll_at, facts.data_at
            self.boards.learn(
                sport,
                next_poll_at=due and due + by,
                data_at=data_at and data_at + by,
            )

    def is_out_of_season(self, sport: str) -> bool:
        """Whether there is nothing to poll, nor to take off the board."""
        active = self.boards.active.get(sport, True)
        return not active and not self.boards.stream(sport).board.events
