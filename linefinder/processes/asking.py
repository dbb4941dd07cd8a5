"""What is asked of a process that does not poll: the one that polls makes it, so that cool-down,
allowance and joining a poll under way hold for all processes together, and nothing is paid twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from linefinder import wire
from linefinder.domain.errors import Refused
from linefinder.parts.polling import Loaded, Refreshed
from linefinder.polling.runs import ANSWER_WITHIN, Runs
from linefinder.store import asks
from linefinder.store.times import millis

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
        self.loads: Callable[..., Loaded]
        """Has markets of an event here, or raises Refused."""

    def refresh(self, sport: str) -> Refreshed:
        """Have the process that polls make it: its result, or Refused as it was refused there."""
        return Refreshed(**self._ask(sport, None))

    def load(self, sport: str, event: str, markets: Collection[str] | None) -> Loaded:
        """The same for markets of an event."""
        wanted = {"event": event, "markets": None if markets is None else list(markets)}
        return Loaded(**self._ask(sport, wire.encode(wanted).decode()))

    def _ask(self, sport: str, wanted: str | None) -> dict[str, Any]:
        ends = time.monotonic() + ANSWER_WITHIN
        number = asks.ask(sport, wanted, self._now())
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
        for number, sport, wanted, at in asks.untaken():
            if at >= oldest and asks.take(number, holder):
                self._spawn(partial(self._make, number, sport, wanted))

    def _make(self, number: int, sport: str, wanted: str | None) -> None:
        try:
            answer: dict[str, Any] = {"done": self._done(sport, wanted)._asdict()}
        except Refused as refused:
            wait = refused.retry_after
            answer = {"refused": [refused.code, refused.message, refused.status, wait]}
        asks.answer(number, wire.encode(answer).decode())

    def _done(self, sport: str, wanted: str | None) -> Refreshed | Loaded:
        if wanted is None:
            return self._runs.refresh(sport)
        return self.loads(sport, **wire.decode(wanted))


def _read(answer: dict[str, Any]) -> dict[str, Any]:
    if "refused" in answer:
        raise Refused(*answer["refused"])
    done: dict[str, Any] = answer["done"]
    return done
