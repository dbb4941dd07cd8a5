"""One run a sport at a time: who starts it, who joins it, who takes it over.

A background run tries four times, waiting 5, 10 and 15 s between; a manual refresh tries twice and
answers within 15 s. A refresh that finds a request in flight joins it, and takes over a run that waits
to try again: nobody pays twice for the same moment.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from linefinder.domain.errors import (
    BudgetExhausted,
    KeyRefused,
    LineFinderError,
    OutOfCredits,
    ProviderError,
    RequestRefused,
    StoreError,
)
from linefinder.logs import within_poll
from linefinder.parts.polling import Refreshed
from linefinder.polling.allowance import Allowance
from linefinder.polling.errand import Errand
from linefinder.polling.poll import Poller
from linefinder.polling.refusals import refused, too_slow
from linefinder.polling.tries import PAUSES, Run, TakenOver, try_to

MANUAL_TRIES = 2
ANSWER_WITHIN = 14.5


class Runs:
    """The runs of this process."""

    def __init__(
        self,
        poller: Poller,
        spawn: Callable[[Callable[[], None]], None],
        now: Callable[[], datetime],
        allowance: Allowance,
    ) -> None:
        self.poller, self._spawn, self._now = poller, spawn, now
        self._allowance = allowance
        self._lock = threading.Lock()
        self._active: dict[str, Run] = {}
        self.halted: dict[str, LineFinderError] = {}
        """Why background polls of a sport have stopped: a refused key or request."""

    def background(self, sport: str) -> None:
        """A planned poll, in this thread. Does nothing where a run is under way."""
        if sport in self.halted:
            return
        run = self._begin(sport, manual=False)
        if run:
            self._go(sport, run, tries=1 + len(PAUSES))

    def refresh(self, sport: str) -> Refreshed:
        """A manual poll: its result, or Refused with what is in the way."""
        ends = time.monotonic() + ANSWER_WITHIN
        self._allowance.check(self.poller.boards.facts(sport).data_at, self._now())
        tries = MANUAL_TRIES
        while True:
            run = self._begin(sport, manual=True)
            if run:
                self._allowance.spend(self._now())
                self._spawn(partial(self._go, sport, run, tries))
                return self._answer(run, ends)
            active = self._active.get(sport)
            if active is None:
                continue
            if active.errand.manual:
                return self._answer(active, ends)
            was_requesting = active.requesting
            if not active.wait_for_turn(ends - time.monotonic()):
                raise too_slow()
            if active.result:
                return active.result
            active.taken_over.set()
            active.wait_for_end(1.0)
            if time.monotonic() > ends:
                raise too_slow()
            if was_requesting:
                tries = MANUAL_TRIES - 1  # the request that was joined was the first try

    def is_running(self, sport: str) -> bool:
        """Whether a run is under way that has not planned its successor yet."""
        run = self._active.get(sport)
        return run is not None and not run.errand.planned

    def _begin(self, sport: str, manual: bool) -> Run | None:
        with self._lock:
            if sport in self._active:
                return None
            run = self._active[sport] = Run(Errand(sport, manual, self._now()))
        self.poller.boards.learn(sport, running=True)
        return run

    def _go(self, sport: str, run: Run, tries: int) -> None:
        with within_poll(run.errand.id):
            self._run_to_end(sport, run, tries)

    def _run_to_end(self, sport: str, run: Run, tries: int) -> None:
        try:
            run.result = self._run(sport, run, tries)
            self._lift(sport)
        except TakenOver as error:
            run.error = error
            self._hand_over(run.errand)
        except LineFinderError as error:
            run.error = error
            self._give_up(run.errand, error)
        finally:
            self.poller.boards.learn(sport, running=False)
            with self._lock:
                self._active.pop(sport, None)
            run.turn(done=True)
            self.poller.plan_next(run.errand)

    def _run(self, sport: str, run: Run, tries: int) -> Refreshed:
        self.poller.open(sport)
        self.poller.boards.check_format(sport)  # before anything is paid
        fetched = try_to(self.poller.fetch, run, tries)
        changed = self.poller.take(run.errand, fetched)
        board = self.poller.boards.stream(sport).board
        remaining = self.poller.boards.ledger.remaining
        return Refreshed(sport, board.epoch, board.version, changed, run.errand.paid, remaining)

    def _hand_over(self, errand: Errand) -> None:
        """What its tries cost is recorded here: the refresh that goes on counts its own."""
        version, paid = self.poller.boards.stream(errand.sport).board.version, errand.cost(None)
        if paid:
            note = "a refresh took over"
            run = errand.run("upstream_error", version, self._now(), usage=paid, note=note)
            with suppress(StoreError):
                self.poller.recorder.record_loss(run)

    def _give_up(self, errand: Errand, error: LineFinderError) -> None:
        if isinstance(error, KeyRefused | RequestRefused):
            self._halt(errand.sport, error)
        if isinstance(error, BudgetExhausted):
            error = OutOfCredits(str(error))
            ledger = self.poller.boards.ledger
            if (ledger.remaining or 0) >= self.poller.purse.poll_cost():
                return  # the reserve is left: a refresh can still have it
        if isinstance(error, ProviderError):
            self.poller.fail(errand, error)
        elif isinstance(error, StoreError):
            self.poller.lose(errand, error)

    def _halt(self, sport: str, error: LineFinderError) -> None:
        boards = self.poller.boards
        stopped = boards.sports() if isinstance(error, KeyRefused) else [sport]
        self.halted.update(dict.fromkeys([sport, *stopped], error))

    def _lift(self, sport: str) -> None:
        """What stopped this sport is over; and a key that works here works for every sport, as
        credits do."""
        self.halted.pop(sport, None)
        for other, error in list(self.halted.items()):
            if isinstance(error, KeyRefused):
                del self.halted[other]
                self.poller.forgive(other, KeyRefused.reason)
        self.poller.forgive_credits()

    def set_back(self, by: timedelta) -> None:
        """The clock was set back."""
        self._allowance.set_back(by)

    def allow(self) -> None:
        """Count what is paid for by hand; Refused where that was too often lately."""
        self._allowance.check_hour(self._now())
        self._allowance.spend(self._now())

    def _answer(self, run: Run, ends: float) -> Refreshed:
        if not run.wait_for_end(ends - time.monotonic()):
            raise too_slow()
        if run.result is None:
            raise refused(run.error)
        return run.result
