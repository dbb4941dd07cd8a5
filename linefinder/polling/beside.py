"""Paying for what is no poll: asked once, counted, and recorded with what was had, both or neither."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from linefinder.domain.errors import ProviderError
from linefinder.logs import named
from linefinder.polling.purse import Purse
from linefinder.provider.client import Answer
from linefinder.store.write import Recorder, Run

log = logging.getLogger("linefinder.beside")

Keep = Callable[[Connection], None]
Read = Callable[[bytes], tuple[int, Keep]]
"""A body -> how much it tells, and how that is stored."""


class Beside:
    """What this process buys beside the polls."""

    def __init__(self, purse: Purse, recorder: Recorder, now: Callable[[], datetime]) -> None:
        self._purse, self._recorder, self._now = purse, recorder, now

    def pay(self, run: Run, asking: Callable[[], Answer], cost: int, read: Read) -> Run:
        """Ask, and keep what was told: the run as it was recorded. Raises BudgetExhausted before
        anything is asked, ProviderError after a failure was recorded."""
        try:
            answer = self._purse.pay(asking, cost, run.manual, is_poll=False)
            run = replace(run, ended_at=self._now(), usage=answer.usage)
            count, keep = read(answer.body)
        except ProviderError as error:
            note = ": ".join(filter(None, (run.note, str(error))))[:500]
            usage = run.usage or error.usage
            self._store(replace(run, outcome=error.reason, usage=usage, note=note))
            raise
        run = replace(run, changes=count)
        self._store(run, keep)
        return run

    def _store(self, run: Run, keep: Keep = lambda connection: None) -> None:
        self._recorder.record_beside(run, keep)
        cost = credits_of(run)
        told = {"sport": run.sport, "event": run.note, "manual": run.manual, "lines": run.changes}
        log.info(
            "%s of %s: %s, %s lines, %s credits",
            run.what,
            run.note or run.sport,
            run.outcome,
            run.changes,
            cost,
            extra=named(f"asked_{run.what}", **told, credits=cost, outcome=run.outcome),
        )


def credits_of(run: Run) -> int:
    """What a run cost, as far as its answer told."""
    return (run.usage.last or 0) if run.usage else 0
