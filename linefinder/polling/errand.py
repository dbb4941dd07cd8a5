"""A run for one sport, from its first try to what is recorded and said of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linefinder.domain import quota
from linefinder.logs import named, new_poll_id
from linefinder.store.write import Run

log = logging.getLogger("linefinder.poll")


@dataclass
class Errand:
    """paid: credits of all its tries;
    planned: the next poll has been put in its place; id: what the log calls it."""

    sport: str
    manual: bool
    started: datetime
    tries: int = 0
    paid: int = 0
    planned: bool = False
    id: str = field(default_factory=new_poll_id)

    def pay(self, usage: quota.Usage | None) -> None:
        self.paid += (usage.last or 0) if usage else 0

    def cost(self, usage: quota.Usage | None) -> quota.Usage | None:
        """The account after the last try, with what all tries cost; None where nothing was asked."""
        return (usage or quota.Usage())._replace(last=self.paid) if usage or self.paid else None

    def run(self, outcome: str, version: int, ended_at: datetime, **more: Any) -> Run:
        """How it went, for the record; `more` as in Run."""
        return Run(
            self.sport,
            self.manual,
            self.started,
            ended_at,
            outcome,
            version,
            tries=self.tries,
            **more,
        )


def say_polled(run: Run, ledger: quota.Ledger) -> None:
    """One line of the log for a poll that was answered."""
    usage = run.usage or quota.Usage()
    log.info(
        "polled %s: version %s, %s changes, %s credits, %s left%s",
        run.sport,
        run.version,
        run.changes,
        usage.last or 0,
        "?" if ledger.remaining is None else ledger.remaining,
        f" ({run.note})" if run.note else "",
        extra=named(
            "polled",
            sport=run.sport,
            version=run.version,
            changes=run.changes,
            credits=usage.last or 0,
            left=ledger.remaining,
            tries=run.tries,
            manual=run.manual,
            seconds=(run.ended_at - run.started_at).total_seconds(),
            note=run.note,
        ),
    )
