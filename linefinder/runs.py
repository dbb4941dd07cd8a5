"""One run a sport at a time: who starts it, who joins it, who takes it over.

A background run tries four times, waiting 5, 10 and 15 s between; a manual refresh tries twice and
answers within 15 s. A refresh that finds a request in flight joins it, and takes over a run that waits
to try again: nobody pays twice for the same moment.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_base, wait_chain, wait_fixed, wait_random

from linefinder.domain.errors import (
    BudgetExhausted,
    KeyRefused,
    LineFinderError,
    NotLeading,
    OutOfCredits,
    ProviderError,
    RateLimited,
    Refused,
    RequestRefused,
    SportRefused,
    StoreError,
    Unavailable,
)
from linefinder.errand import Errand
from linefinder.fetching import Fetched
from linefinder.logs import within_poll
from linefinder.poll import Poller
from linefinder.wiring import Refreshed

PAUSES = (5.0, 10.0, 15.0)
MANUAL_PAUSE = 1.0
MANUAL_TRIES = 2
ANSWER_WITHIN = 14.5
LONGEST_PAUSE = 60.0
HOUR = timedelta(hours=1)


class TakenOver(LineFinderError):
    """A manual refresh goes on with what this run had begun."""


class _pauses(wait_base):
    """The pauses of the contract with jitter, or longer where a 429 says how long."""

    def __init__(self, pauses: tuple[float, ...]) -> None:
        self._chain = wait_chain(*(wait_fixed(pause) for pause in pauses)) + wait_random(0, 1)

    def __call__(self, retry_state: RetryCallState) -> float:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        told = error.retry_after if isinstance(error, RateLimited) else None
        return min(max(self._chain(retry_state), told or 0.0), LONGEST_PAUSE)


class Run:
    """A run under way. `requesting` while a request is in flight, False while it waits to try again."""

    def __init__(self, errand: Errand) -> None:
        self.errand = errand
        self.requesting = True
        self.taken_over = threading.Event()
        self.turned = threading.Condition()
        self.done = False
        self.result: Refreshed | None = None
        self.error: LineFinderError | None = None

    def turn(self, requesting: bool = False, done: bool = False) -> None:
        with self.turned:
            self.requesting, self.done = requesting, done
            self.turned.notify_all()

    def wait_for_turn(self, seconds: float) -> bool:
        """Wait until the request in flight is answered; False where time ran out."""
        with self.turned:
            return self.turned.wait_for(lambda: self.done or not self.requesting, seconds)

    def wait_for_end(self, seconds: float) -> bool:
        with self.turned:
            return self.turned.wait_for(lambda: self.done, seconds)


class Runs:
    """The runs of this process."""

    def __init__(
        self,
        poller: Poller,
        spawn: Callable[[Callable[[], None]], None],
        now: Callable[[], datetime],
        cooldown: float,
        per_hour: int,
    ) -> None:
        self.poller, self._spawn, self._now = poller, spawn, now
        self._cooldown, self._per_hour = timedelta(seconds=cooldown), per_hour
        self._lock = threading.Lock()
        self._active: dict[str, Run] = {}
        self._manual: deque[datetime] = deque()
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
        self._check_allowance(sport)
        tries = MANUAL_TRIES
        while True:
            run = self._begin(sport, manual=True)
            if run:
                self._manual.append(self._now())
                self._spawn(partial(self._go, sport, run, tries))
                return self._answer(run, ends)
            active = self._active.get(sport)
            if active is None:
                continue
            if active.errand.manual:
                return self._answer(active, ends)
            was_requesting = active.requesting
            if not active.wait_for_turn(ends - time.monotonic()):
                raise _too_slow()
            if active.result:
                return active.result
            active.taken_over.set()
            active.wait_for_end(1.0)
            if time.monotonic() > ends:
                raise _too_slow()
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
        fetched = self._try(run, tries)
        changed = self.poller.take(run.errand, fetched)
        board = self.poller.boards.stream(sport).board
        remaining = self.poller.boards.ledger.remaining
        return Refreshed(sport, board.epoch, board.version, changed, run.errand.paid, remaining)

    def _try(self, run: Run, tries: int) -> Fetched:
        def before(_: RetryCallState) -> None:
            if run.taken_over.is_set():
                raise TakenOver("a manual refresh took over")
            run.turn(requesting=True)

        def pause(seconds: float) -> None:
            run.turn(requesting=False)
            run.taken_over.wait(seconds)

        retrying = Retrying(
            stop=stop_after_attempt(tries),
            wait=_pauses((MANUAL_PAUSE,) if run.errand.manual else PAUSES),
            sleep=pause,
            retry=retry_if_exception_type(Unavailable),
            before=before,
            reraise=True,
        )
        fetched: Fetched = retrying(self.poller.fetch, run.errand)
        return fetched

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

    def allow(self) -> None:
        """Count what is paid for by hand; Refused where that was too often lately."""
        self._check_hour(self._now())
        self._manual.append(self._now())

    def _check_allowance(self, sport: str) -> None:
        now = self._now()
        data_at = self.poller.boards.facts(sport).data_at
        if data_at is not None and now - data_at < self._cooldown:
            left = (self._cooldown - (now - data_at)).total_seconds()
            words = f"polled {(now - data_at).seconds} s ago; the next refresh is in {left:.0f} s"
            raise Refused("too_many_requests", words, 429, left)
        self._check_hour(now)

    def _check_hour(self, now: datetime) -> None:
        while self._manual and now - self._manual[0] >= HOUR:
            self._manual.popleft()
        if len(self._manual) >= self._per_hour:
            left = (self._manual[0] + HOUR - now).total_seconds() if self._manual else 3600.0
            words = f"{self._per_hour} manual refreshes an hour are allowed"
            raise Refused("too_many_requests", words, 429, left)

    def _answer(self, run: Run, ends: float) -> Refreshed:
        if not run.wait_for_end(ends - time.monotonic()):
            raise _too_slow()
        if run.result is None:
            raise refused(run.error)
        return run.result


def _too_slow() -> Refused:
    return Refused("upstream_error", "the provider has not answered yet; try again", 504)


def refused(error: LineFinderError | None) -> Refused:
    """The answer to what was asked for by hand and did not work."""
    if isinstance(error, Refused):
        return error
    if error is None:
        return Refused("internal_error", "LineFinder made a mistake; the log says which", 500)
    words = str(error)
    if isinstance(error, BudgetExhausted | OutOfCredits):
        return Refused("budget_exhausted", words, 503)
    if isinstance(error, NotLeading):
        return Refused("upstream_error", f"{words} now; try again", 503)
    if isinstance(error, SportRefused):
        return Refused("unknown_sport", words, 404)
    if isinstance(error, RequestRefused) and error.code == "EVENT_NOT_FOUND":
        return Refused("unknown_event", "the provider does not have this event any more", 404)
    if isinstance(error, StoreError):
        return Refused("store_error", f"the database refused: {words}", 503)
    code = error.reason if isinstance(error, ProviderError) else "upstream_error"
    return Refused(code, words, 502)
