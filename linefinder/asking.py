"""A refresh asked of a process that does not poll: the one that polls makes it, so that cool-down,
allowance and joining a poll under way hold for all processes together, and nothing is paid twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from linefinder import wire
from linefinder.domain.errors import Refused
from linefinder.runs import ANSWER_WITHIN, Runs
from linefinder.store import asks
from linefinder.store.times import millis
from linefinder.wiring import Refreshed

LOOK_EVERY_SECONDS = 0.1
STILL_WAITED_FOR = timedelta(seconds=ANSWER_WITHIN)


class Asking:
    """`hint` has the others look now; `spawn` does something in a thread of its own."""

    def __init__(
        self,
        runs: Runs,
        spawn: Callable[[Callable[[], None]], None],
        now: Callable[[], datetime],
        hint: Callable[[], None],
    ) -> None:
        self._runs, self._spawn, self._now, self._hint = runs, spawn, now, hint

    def refresh(self, sport: str) -> Refreshed:
        """Have the process that polls make it: its result, or Refused as it was refused there."""
        ends = time.monotonic() + ANSWER_WITHIN
        number = asks.ask(sport, self._now())
        self._hint()
        try:
            while time.monotonic() < ends:
                body = asks.answer_to(number)
                if body:
                    return _read(wire.decode(body))
                time.sleep(LOOK_EVERY_SECONDS)
        finally:
            asks.forget(number)
        words = "the process that polls has not answered yet; try again"
        raise Refused("upstream_error", words, 504)

    def serve(self, holder: str) -> None:
        """Make what others were asked for; called by the process that polls, and never waits."""
        oldest = millis(self._now() - STILL_WAITED_FOR)
        for number, sport, at in asks.untaken():
            if at >= oldest and asks.take(number, holder):
                self._spawn(partial(self._make, number, sport))

    def _make(self, number: int, sport: str) -> None:
        try:
            answer: dict[str, Any] = {"done": self._runs.refresh(sport)._asdict()}
        except Refused as refused:
            wait = refused.retry_after
            answer = {"refused": [refused.code, refused.message, refused.status, wait]}
        asks.answer(number, wire.encode(answer).decode())


def _read(answer: dict[str, Any]) -> Refreshed:
    if "refused" in answer:
        raise Refused(*answer["refused"])
    return Refreshed(**answer["done"])
