"""Who polls, and what the others do meanwhile.

One process holds the lease, polls, and posts what only it knows. All look at the database each second,
and at once after a hint: what others committed, asked and switched.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from linefinder import wire
from linefinder.domain.quota import latest
from linefinder.logs import named
from linefinder.polling.crew import Crew
from linefinder.processes.asking import Asking
from linefinder.processes.bulletin import bulletin_of, led_from
from linefinder.processes.follow import Follower
from linefinder.processes.hints import Hints
from linefinder.processes.leading import Clock, Leading
from linefinder.store import read, tail
from linefinder.store.ledger import last_ledger
from linefinder.store.passes import ended_passes
from linefinder.wiring import Wiring

log = logging.getLogger("linefinder.succession")

FOLLOW_SECONDS = 1.0
SET_BACK = timedelta(seconds=5)
"""By how much a clock must have been set back for that to be heeded."""
SKEW = timedelta(minutes=1)
"""By how much the clocks of two machines may differ."""
HINTS_APART_SECONDS = 0.02
"""A storm of hints must not make looking at the database the main thing done."""


class Succession:
    """The lease, the follower, the hints and what is asked of the process that polls.

    `guard` runs work so that its errors end nothing. scheduling/jobs.py sets what it does when this
    process begins or ceases to poll (`turned`), when others switched what is wanted (`switched`, with
    the sports that were wanted before), and when the clock was set back (`set_back`).
    """

    def __init__(
        self,
        wiring: Wiring,
        crew: Crew,
        guard: Callable[..., None],
        now: Callable[[], datetime],
    ) -> None:
        self._wiring, self._crew, self._guard, self._now = wiring, crew, guard, now
        self._boards, self._wanted = wiring.boards, crew.wanted
        self.turned: Callable[[], None]
        self.switched: Callable[[tuple[str, ...]], None]
        self.set_back: Callable[[timedelta], None]
        self.leading = Leading(now, lambda: crew.wanted.own)
        self.is_led, self._did_lead, self._posted = False, False, ""
        self.is_abandoned = False
        """Who polled is gone, nobody has switched polling off, and this process would not poll."""
        self._term, self._clock = 0, Clock(now)
        self._look_now, self._over = threading.Event(), threading.Event()
        self.hints = Hints(wiring.config.redis_url, self._look_now.set)
        self.follower = Follower(
            wiring.boards,
            lambda: wiring.teller,
            crew.plans,
            now,
            wiring.config.resume_versions,
        )
        self.follower.wake = self._look_now.set
        self.asking = Asking(crew.runs, self._spawn, now, self.hints.give)
        crew.runs.poller.catch_up = self.follower.catch_up
        crew.runs.poller.posted = partial(guard, "post", self.post)

    def start(self) -> None:
        """Hear hints, and follow."""
        self.hints.start()
        threading.Thread(target=self._keep_following, name="follow", daemon=True).start()

    def stop(self) -> None:
        """Follow no more; what is under way is not waited for."""
        self._over.set()
        self._look_now.set()
        self.hints.stop()

    def polls_here(self) -> bool:
        """Whether this process polls: that is wanted, and it holds the lease."""
        return self._wanted.on and self.leading.holds()

    def renew(self, look: Callable[[], None]) -> None:
        """Keep or try for the lease; `look` at the account where it was had."""
        self.leading.renew()
        leads, term = self.leading.leads, self.leading.terms
        if leads == self._did_lead and term == self._term:
            return
        self._term = term
        if leads:
            self._take_over()
            look()
        self._did_lead = leads
        words = "this process polls" if leads else "another process polls"
        log.info(words, extra=named("leading" if leads else "following"))
        if not leads:
            self._crew.runs.halted.clear()  # what stopped polls here is no trouble of who polls now
            self._guard("follow", self.follow)  # what it says of the feeds, before ours are told
        self.turned()
        self._guard("post", self.post)
        self.hints.give()

    def _take_over(self) -> None:
        """The boards as the last leader left them: what was paid for must not be paid for again."""
        self._wiring.recorder.doubt(self._now() + SKEW)
        self._guard("follow", self.follow)
        self._wanted.heed(read.switches(), led=None)
        self._boards.ledger = latest(self._boards.ledger, last_ledger())
        self._wiring.recorder.forget()
        self._crew.learning.forget()
        self._crew.learning.restore(self._now())
        self._wiring.watching.restore()
        self._guard("alerts", self._wiring.watching.resume)
        for sport in self._wanted.sports:
            self._crew.runs.poller.open(sport)

    def _keep_following(self) -> None:
        while not self._over.is_set():
            self._look_now.clear()
            self._guard("clock", self._heed_clock)
            self._guard("follow", self.follow)
            self._look_now.wait(FOLLOW_SECONDS)
            time.sleep(HINTS_APART_SECONDS)

    def _heed_clock(self) -> None:
        """Where the clock was set back, all that is to come and all data go back with it: else no job
        would run until the clock has caught up, and old data would look fresh as long."""
        set_by = self._clock.set_by()
        if set_by > -SET_BACK:
            return
        words = "the clock was set back by %.0f s"
        log.warning(words, -set_by.total_seconds(), extra=named("clock_set_back"))
        self.set_back(set_by)
        if self.leading.holds():  # whose clock the times in the database are by
            self._wiring.recorder.set_back(set_by)

    def follow(self) -> None:
        """What others have committed, then what they want of this process."""
        leads, changes = self.leading.holds(), self._wanted.changes
        seen = self.follower.look(self.leading.holder, leads)
        before = self._wanted.sports, self._wanted.on, self._wanted.mode
        was_polled = self.is_led and self._wanted.on
        self.is_led = bool(seen.leader and seen.leader != self.leading.holder and not leads)
        led = led_from(seen.told.body) if self.is_led and seen.told else None
        # what was switched here since that look began must not be switched back for a second
        is_older = changes != self._wanted.changes
        self._wanted.heed(read.switches() if is_older else seen.switches, led)
        nobody = not (self._wanted.on or self._wanted.stored)
        self.is_abandoned = nobody and (was_polled or self.is_abandoned)
        if before != (self._wanted.sports, self._wanted.on, self._wanted.mode):
            self.switched(before[0])
        if leads:
            self.asking.serve(self.leading.holder)
        self._wiring.hearing.work(tells_itself=leads)
        if self._wiring.config.board_password:
            self._wiring.access.ended |= ended_passes()

    def post(self) -> None:
        """Say to the others what only the process that polls knows, where that is news."""
        if not (self._did_lead and self.leading.holds()):
            return
        ended = self._crew.runs.poller.ended
        told = bulletin_of(self._boards, self._wanted, self._crew.plans.plan, ended)
        body = wire.encode(told).decode()
        if body != self._posted:
            tail.post(self.leading.holder, body, self._now())
            self._posted = body
        self.hints.give()

    def _spawn(self, work: Callable[[], None]) -> None:
        go = partial(self._guard, "refresh", work)
        threading.Thread(target=go, name="refresh", daemon=True).start()
