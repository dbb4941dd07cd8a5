"""A run under way: its tries, the pauses between them, and whom it keeps waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_base, wait_chain, wait_fixed, wait_random

from linefinder.domain.errors import LineFinderError, RateLimited, Unavailable
from linefinder.parts.polling import Refreshed
from linefinder.polling.errand import Errand
from linefinder.polling.fetching import Fetched

PAUSES = (5.0, 10.0, 15.0)
MANUAL_PAUSE = 1.0
LONGEST_PAUSE = 60.0


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


def try_to(fetch: Callable[[Errand], Fetched], run: Run, tries: int) -> Fetched:
    """What one of several tries fetches; the error of the last. TakenOver where a refresh goes on."""

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
    fetched: Fetched = retrying(fetch, run.errand)
    return fetched
