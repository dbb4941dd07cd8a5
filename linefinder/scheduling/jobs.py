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
fade          daily: what is known of long ago counts less
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobSubmissionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger as Every
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from linefinder.domain.errors import LineFinderError
from linefinder.logs import Seldom, named
from linefinder.polling.crew import Crew
from linefinder.processes.succession import Succession
from linefinder.scheduling.agenda import SAFETY_NET, Agenda
from linefinder.scheduling.byhand import ByHand
from linefinder.scheduling.duties import Duties
from linefinder.scheduling.health import Health
from linefinder.scheduling.switch import Switch
from linefinder.wiring import Wiring

log = logging.getLogger("linefinder.jobs")

SOON = timedelta(seconds=0.25)
"""When a poll is tried again that was due while the last one was still being told."""
RESET_LOOKS = CronTrigger(day=1, hour=0, minute="1-31/5", timezone=UTC)
"""The month's credits come back on the 1st up to 15 minutes late: a look is free, and replans."""
THREADS = 24


class Jobs:
    """The scheduler, and those that its jobs put to work."""

    def __init__(self, app: Flask, wiring: Wiring, crew: Crew) -> None:
        self._app, self._wiring, self.crew = app, wiring, crew
        self._seldom = Seldom()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(THREADS)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(self._skipped, EVENT_JOB_MAX_INSTANCES)
        self.succession = Succession(wiring, crew, self._guarded, self._now)
        self.leading, self.follower = self.succession.leading, self.succession.follower
        self.agenda = self._new_agenda()
        self.duties = Duties(wiring, crew, self.agenda, self.succession)
        self.switch = Switch(wiring, crew, self.agenda, self.succession)
        self.by_hand = ByHand(crew.runs, crew.props, self.succession, self._is_running)
        self.health = Health(wiring.boards, crew, self.succession, self._is_running)
        self._tie()

    def _new_agenda(self) -> Agenda:
        return Agenda(
            scheduler=self._scheduler,
            guard=self._guarded,
            poll=self._poll,
            polls_here=self.succession.polls_here,
            boards=self._wiring.boards,
            crew=self.crew,
            now=self._now,
        )

    def _tie(self) -> None:
        """Who tells whom what has happened."""
        poller, succession = self.crew.runs.poller, self.succession
        poller.after = partial(self._guarded, "plan", self.agenda.plan_next)
        poller.at_once = self.agenda.poll_at_once
        succession.turned, succession.switched = self.switch.apply, self.switch.take_over
        succession.set_back = self.agenda.set_back
        self.switch.look = self._look_soon
        self.crew.props.allow, self.crew.props.spent = self.crew.runs.allow, self.agenda.replan

    def _timetable(self) -> dict[str, tuple[BaseTrigger, Callable[[], None]]]:
        """{job: (when, what)} of all that is done again and again, polls apart."""
        duties = self.duties
        table: dict[str, tuple[BaseTrigger, Callable[[], None]]] = {
            "tick": (Every(seconds=1), duties.tick),
            "lease": (Every(seconds=2), self._lead),
            "look": (Every(hours=1), duties.look),
            "tidy": (Every(hours=1), duties.tidy),
            "alerts": (Every(seconds=1), duties.alert),
            "send": (Every(seconds=1), duties.send),
            "viewers": (Every(minutes=1), duties.watch),
            "audience": (Every(seconds=15), duties.share),
            "props": (Every(seconds=15), duties.tend_props),
            "fade": (Every(days=1), duties.fade),
        }
        if self._wiring.config.scores:
            table["scores"] = (Every(seconds=5), duties.tend_scores)
        return table

    def start(self) -> None:
        """Look at the account, then poll; nothing here waits."""
        add = partial(self._scheduler.add_job, self._guarded)
        for name, (when, work) in self._timetable().items():
            add(when, (name, work), id=name)
        add(RESET_LOOKS, ("look", self.duties.look), id="reset")
        self.crew.runs.poller.purse.may_pay = self.leading.check
        self._scheduler.start()
        add(DateTrigger(self._now()), ("begin", self._begin), id="begin")
        self.succession.start()

    def stop(self) -> None:
        """No job begins any more; those under way are not waited for."""
        self.succession.stop()
        if self._is_running():
            # it would look for a job that it is just handing over, and not find it, in a stopped one
            self._scheduler.pause()
            self._scheduler.get_jobs()  # waits until that is done
            # and it looks once more at what is due, and would complain that nobody takes it
            self._scheduler.remove_all_jobs()
            self._scheduler.shutdown(wait=False)
        if self.leading.leads:
            self._guarded("learning", self.crew.learning.keep, self._now())
        self._guarded("lease", self.leading.release)

    def _now(self) -> datetime:
        return self._wiring.now()

    def _is_running(self) -> bool:
        return bool(self._scheduler.running)

    def _poll(self, sport: str) -> None:
        if not self.succession.polls_here():
            return
        self.agenda.add(sport, self._now() + SAFETY_NET)
        if self.agenda.is_out_of_season(sport):
            self.agenda.drop(sport)  # nothing to pay for; the hourly look sees it come back
            return
        if self.crew.runs.is_running(sport):
            # its end may have planned this poll already, and would plan no other
            self.agenda.add(sport, self._now() + SOON)
            return
        self.crew.runs.background(sport)

    def _skipped(self, event: JobSubmissionEvent) -> None:
        """A poll that was due while the last one was still being told has lost its place: without
        another nothing would be polled until something else plans."""
        kind, _, sport = event.job_id.partition(":")
        if kind == "poll" and self.succession.polls_here() and not self.agenda.has(sport):
            self.agenda.add(sport, self._now() + SOON)

    def _begin(self) -> None:
        """The account and the schedule first: the first polls are planned with them."""
        self.succession.renew(partial(self._guarded, "look", self.duties.look))
        self.duties.say_forecast()

    def _lead(self) -> None:
        self.succession.renew(self._look_soon)

    def _look_soon(self) -> None:
        if self._is_running():
            soon = DateTrigger(self._now())
            look = (self._guarded, soon, ("look", self.duties.look))
            self._scheduler.add_job(*look, id="look:switch", replace_existing=True)

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
