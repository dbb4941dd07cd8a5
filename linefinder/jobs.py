"""WHEN: the APScheduler jobs. Each pushes an app context and is the boundary for errors.

poll:<sport>  a poll of one sport; its end plans the next, and a safety net does if that fails
look          hourly, and each 5 minutes about the reset: `/sports` and `/events`, free: quota, seasons,
              fixtures; then plans anew
viewers       each minute: who watches what; plans anew where that has doubled or halved
audience      each 15 s: who looks at what, told to the process that polls
props         each 15 s: markets of events that somebody looks at, where a new look is worth its price
scores        each 5 s: scores of games in play that somebody looks at, likewise
tick          each second: heartbeats, feeds whose status changed with time, the sweep of sockets
lease         every 2 s: this process may poll
follow        each second, and at once after a hint: what others committed, asked, switched
alerts        each second: what polls changed, against the rules
send          each second: pushes that are due
tidy          hourly: prune
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobSubmissionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from linefinder.access import LASTS
from linefinder.agenda import Agenda
from linefinder.audience import BELIEVED_FOR
from linefinder.config import Config
from linefinder.crew import Crew
from linefinder.domain import quota
from linefinder.domain.errors import LineFinderError, ProviderError
from linefinder.domain.odds import Position
from linefinder.domain.planner.sheets import Scarcity
from linefinder.logs import Seldom, named
from linefinder.runs import refused
from linefinder.store.asks import forget_old
from linefinder.store.audiences import forget_audiences
from linefinder.store.ledger import manual_credits
from linefinder.store.passes import forget_passes
from linefinder.store.prune import prune
from linefinder.store.scores import forget_scores
from linefinder.store.sheets import forget_sheets
from linefinder.store.told import forget_told
from linefinder.store.watchers import forget_rules, forget_watchers
from linefinder.succession import Succession
from linefinder.wiring import Loaded, Refreshed, Wiring

log = logging.getLogger("linefinder.jobs")

SAFETY_NET = timedelta(seconds=90)
"""When a poll is started again if its end did not plan the next: longer than any poll may take."""
SOON = timedelta(seconds=0.25)
"""When a poll is tried again that was due while the last one was still being told."""
STAGGER = timedelta(seconds=1)
LATELY = timedelta(days=14)
"""How far back manual refreshes say how many there will be."""
RESET_LOOKS = CronTrigger(day=1, hour=0, minute="1-31/5", timezone=UTC)
"""The month's credits come back on the 1st up to 15 minutes late: a look is free, and replans."""
THREADS = 24
LOOKED_WITHIN = 15.0
"""How old what is known of the others may be before this process says that it is not well."""


class Jobs:
    """The scheduler, the master switch, and the cadence."""

    def __init__(
        self, app: Flask, wiring: Wiring, crew: Crew, ticks: list[Callable[[], None]]
    ) -> None:
        self.crew, self._ticks = crew, ticks
        self._app, self._wiring, self._runs = app, wiring, crew.runs
        self._config: Config = wiring.config
        self._boards = wiring.boards
        self._now = wiring.now
        self._wanted = wiring.wanted
        self._seldom = Seldom()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(THREADS)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(self._skipped, EVENT_JOB_MAX_INSTANCES)
        self.agenda = Agenda(
            self._scheduler,
            self._guarded,
            self._poll,
            self._polls_here,
            wiring.boards,
            crew.runs,
            crew.plans,
            crew.cadence,
            wiring.wanted,
            lambda: self._now(),
        )
        crew.runs.poller.after = partial(self._guarded, "plan", self.agenda.plan_next)
        crew.runs.poller.at_once = self.agenda.poll_at_once
        self.succession = Succession(wiring, crew.runs, self._guarded, lambda: self._now())
        self.succession.turned = self._apply_switch
        self.succession.switched = self._take_over_switch
        self.succession.set_back = self._set_back
        self.succession.asking.loads = self._load_props_here
        crew.props.allow, crew.props.spent = crew.runs.allow, self.agenda.replan
        self.leading, self.follower = self.succession.leading, self.succession.follower
        self.hints = self.succession.hints

    # -- the switch -------------------------------------------------------------------------

    def switch(
        self,
        on: bool | None = None,
        sports: tuple[str, ...] | None = None,
        mode: str | None = None,
    ) -> None:
        """Switch what is given, for good, and plan anew."""
        before = self._wanted.sports
        self._wanted.change(self._wiring.recorder, on, sports, mode)
        if on or sports:
            self._runs.halted.clear()
        self._take_over_switch(before)
        self.hints.give()

    def _take_over_switch(self, before: tuple[str, ...]) -> None:
        """Do what is wanted now; `before` were the sports that were wanted."""
        for sport in self._wanted.sports:
            self._runs.poller.open(sport)
        self.crew.learning.restore(self._now())
        for sport in set(before).difference(self._wanted.sports):
            self._boards.learn(sport, polling=False)
            self.agenda.drop(sport)
            self._wiring.teller.status_if_changed(sport)
        self._apply_switch()
        self._look_soon()

    def _look_soon(self) -> None:
        if self._scheduler.running:
            soon = DateTrigger(self._now())
            look = (self._guarded, soon, ("look", self._look))
            self._scheduler.add_job(*look, id="look:switch", replace_existing=True)

    def _apply_switch(self) -> None:
        for index, sport in enumerate(self._wanted.sports):
            if self._polls_here():
                self._boards.learn(sport, polling=True)
                if not self.agenda.is_due(sport):  # a look has just begun it: not twice
                    first = self.crew.cadence.first_poll(sport, self._now())
                    self.agenda.put(sport, first + index * STAGGER)
            elif self.succession.is_led:
                self.agenda.remove(sport)
            else:
                self._boards.learn(sport, polling=False)
                self.agenda.drop(sport)
            self._wiring.teller.status_if_changed(sport)
        self.agenda.replan(force=True)

    def _polls_here(self) -> bool:
        return self._wanted.on and self.leading.holds()

    def refresh(self, sport: str) -> Refreshed:
        """Poll a sport at once, here or in the process that polls; Refused with what is in the way."""
        if self.leading.holds() or not self._scheduler.running:
            return self._runs.refresh(sport)
        return self.succession.asking.refresh(sport)

    def load_props(self, sport: str, event: str, markets: Collection[str] | None) -> Loaded:
        """Have markets of an event, here or in the process that polls; None: which there are."""
        if self.leading.holds() or not self._scheduler.running:
            return self._load_props_here(sport, event, markets)
        return self.succession.asking.load(sport, event, markets)

    def _load_props_here(self, sport: str, event: str, markets: Collection[str] | None) -> Loaded:
        try:
            if markets is None:
                return self.crew.props.look(sport, event)
            return self.crew.props.load(sport, event, markets)
        except LineFinderError as error:
            raise refused(error) from error

    def wait_for(self, sport: str, held: Position) -> None:
        """Somebody comes from another process; where it holds more than we do, have a look first."""
        if self._scheduler.running:
            self.follower.wait_for(sport, held)

    # -- the cadence ------------------------------------------------------------------------

    def _poll(self, sport: str) -> None:
        if not self._polls_here():
            return
        self.agenda.add(sport, self._now() + SAFETY_NET)
        if self.agenda.is_out_of_season(sport):
            self.agenda.drop(sport)  # nothing to pay for; the hourly look sees it come back
            return
        if self._runs.is_running(sport):
            # its end may have planned this poll already, and would plan no other
            self.agenda.add(sport, self._now() + SOON)
            return
        self._runs.background(sport)

    def _skipped(self, event: JobSubmissionEvent) -> None:
        """A poll that was due while the last one was still being told has lost its place: without
        another nothing would be polled until something else plans."""
        kind, _, sport = event.job_id.partition(":")
        if kind == "poll" and self._polls_here() and not self.agenda.has(sport):
            self.agenda.add(sport, self._now() + SOON)

    # -- the rest ---------------------------------------------------------------------------

    def start(self) -> None:
        """Look at the account, then poll; nothing here waits."""
        every = self._scheduler.add_job
        every(self._guarded, IntervalTrigger(seconds=1), ("tick", self._tick), id="tick")
        every(self._guarded, IntervalTrigger(seconds=2), ("lease", self._lead), id="lease")
        every(self._guarded, IntervalTrigger(hours=1), ("look", self._look), id="look")
        every(self._guarded, IntervalTrigger(hours=1), ("tidy", self._tidy), id="tidy")
        every(self._guarded, IntervalTrigger(seconds=1), ("alerts", self._alert), id="alerts")
        every(self._guarded, IntervalTrigger(seconds=1), ("send", self._send), id="send")
        every(self._guarded, IntervalTrigger(minutes=1), ("viewers", self._watch), id="viewers")
        every(self._guarded, IntervalTrigger(seconds=15), ("audience", self._share), id="audience")
        every(self._guarded, IntervalTrigger(seconds=15), ("props", self._tend_props), id="props")
        if self._config.scores:
            tend = ("scores", self._tend_scores)
            every(self._guarded, IntervalTrigger(seconds=5), tend, id="scores")
        every(self._guarded, RESET_LOOKS, ("look", self._look), id="reset")
        every(self._guarded, IntervalTrigger(days=1), ("fade", self.crew.learning.fade), id="fade")
        self._runs.poller.purse.may_pay = self.leading.check
        self._scheduler.start()
        every(self._guarded, DateTrigger(self._now()), ("begin", self._begin), id="begin")
        self.succession.start()

    def stop(self) -> None:
        """No job begins any more; those under way are not waited for."""
        self.succession.stop()
        if self._scheduler.running:
            # it would look for a job that it is just handing over, and not find it, in a stopped one
            self._scheduler.pause()
            self._scheduler.get_jobs()  # waits until that is done
            # and it looks once more at what is due, and would complain that nobody takes it
            self._scheduler.remove_all_jobs()
            self._scheduler.shutdown(wait=False)
        if self.leading.leads:
            self._guarded("learning", self.crew.learning.keep, self._now())
        self._guarded("lease", self.leading.release)

    def is_blind(self) -> bool:
        """Whether the database has not been read for a while."""
        unseen = time.monotonic() - self.follower.looked_at
        return self._scheduler.running and unseen > LOOKED_WITHIN

    def problem(self, now: datetime) -> str | None:
        """What is wrong with polling, in a few words; None where nothing is."""
        if not self._scheduler.running:
            return "the scheduler does not run"
        unseen = time.monotonic() - self.follower.looked_at
        if unseen > LOOKED_WITHIN:
            return f"the database was last read {unseen:.0f} s ago"
        if self.succession.is_abandoned:
            return "nobody polls: the process that did is gone"
        for sport in self._wanted.sports:
            if sport in self._runs.halted:
                return f"{sport} is not polled: {self._runs.halted[sport]}"
            facts = self._boards.facts(sport)
            due = facts.next_poll_at
            if facts.polling and due and not facts.running and now > due + SAFETY_NET:
                return f"the poll of {sport} is late"
        return None

    def _begin(self) -> None:
        """The account and the schedule first: the first polls are planned with them."""
        self.succession.renew(partial(self._guarded, "look", self._look))
        plan = self.crew.cadence.forecast(self._now())
        if plan and self._polls_here():
            planned = self.crew.cadence.is_planned(self._now())
            words = quota.in_words(plan, self._config.poll_interval_seconds, planned)
            log.info("%s", words, extra=named("forecast"))

    def _lead(self) -> None:
        self.succession.renew(self._look_soon)

    def _set_back(self, by: timedelta) -> None:
        for job in self._scheduler.get_jobs():
            if job.next_run_time:
                job.modify(next_run_time=job.next_run_time + by)
        for sport in self._boards.sports():
            facts = self._boards.facts(sport)
            due, data_at = facts.next_poll_at, facts.data_at
            self._boards.learn(
                sport,
                next_poll_at=due and due + by,
                data_at=data_at + by if data_at and data_at > self._now() else data_at,
            )

    def _look(self) -> None:
        """What is free: the account, the seasons, and the fixtures of what is polled."""
        if not self.leading.holds():
            return
        poller = self._runs.poller
        poller.look()
        self._boards.by_hand = manual_credits(self._now() - LATELY) / LATELY.days
        for sport in self._wanted.sports:
            if self._boards.active.get(sport, True) and sport not in self._runs.halted:
                self._look_at(sport)
        self.agenda.replan()
        self._wiring.prospects.make(self.crew.cadence.paying(), self._now())

    def _look_at(self, sport: str) -> None:
        """The fixtures of a sport; what fails for one must not keep the others from theirs."""
        try:
            fixtures = self._runs.poller.fixtures(sport)
        except ProviderError as error:
            log.warning(
                "the fixtures of %s: %s", sport, error, extra=named("fixtures_failed", sport=sport)
            )
            return
        self.crew.learning.scheduled(sport, fixtures, self._now())
        now = self._now()
        emptied = not fixtures and self._boards.stream(sport).board.events
        is_back = fixtures and not self.agenda.has(sport) and not self.crew.cadence.is_planned(now)
        if self._polls_here() and (emptied or is_back):
            self.agenda.put(sport, now)  # an empty answer is free

    def _tidy(self) -> None:
        if not self.leading.holds():
            return
        now = self._now()
        forget_old(now)
        counts = prune(self._config.history_days, now)
        counts["sheets"] = forget_sheets(now)
        counts["scores"] = forget_scores(now)
        counts["alerts"] = forget_told(now)
        counts["rules"] = forget_rules(now)
        counts["passes"] = forget_passes(now - timedelta(seconds=LASTS))
        counts["audiences"] = forget_audiences(now - BELIEVED_FOR)
        counts["browsers"] = forget_watchers(now)
        self._wiring.recorder.forget()
        if any(counts.values()):
            words = ", ".join(f"{count} {what}" for what, count in counts.items())
            log.info("pruned %s", words, extra=named("pruned", **counts))

    def _watch(self) -> None:
        now = self._now()
        self.crew.learning.count_viewers(now)
        if self.crew.plans.viewers_changed():
            self.agenda.replan()
        elif self._polls_here():
            self.agenda.hurry(now)

    def _share(self) -> None:
        leads = self.leading.holds()
        self.crew.audience.share(self.leading.holder, leads, self._boards.known())

    def _tend_props(self) -> None:
        if self._polls_here():
            self.crew.props.tend(self._scarcity)

    def _tend_scores(self) -> None:
        if self._polls_here():
            self.crew.scores.tend(self.crew.cadence.paying(), self._scarcity)

    def _scarcity(self, sport: str) -> Scarcity:
        return self.crew.cadence.scarcity(sport, self._now())

    def _tick(self) -> None:
        for tick in self._ticks:
            tick()
        self.succession.post()

    def _alert(self) -> None:
        self._wiring.watching.work()

    def _send(self) -> None:
        self._wiring.sending.work()

    def _guarded(self, name: str, job: Callable[..., Any], *args: Any) -> None:
        """The one boundary: whatever fails in a job is told and ends that run, never the cadence."""
        try:
            with self._app.app_context():
                job(*args)
        except LineFinderError as error:
            self._complain(name, str(error))
        except SQLAlchemyError as error:
            cause = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            self._complain(name, f"the database: {cause}")
        except Exception:
            log.exception("%s failed", name, extra=named("mistake", job=name))

    def _complain(self, name: str, words: str) -> None:
        if self._seldom.is_news(name, words):
            log.warning("%s: %s", name, words, extra=named("job_failed", job=name))
