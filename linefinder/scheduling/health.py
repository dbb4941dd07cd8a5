"""Whether polling is well, and the database within reach."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from linefinder.board import Boards
from linefinder.polling.crew import Crew
from linefinder.processes.succession import Succession
from linefinder.scheduling.agenda import SAFETY_NET

LOOKED_WITHIN = 15.0
"""How old what is known of the others may be before this process says that it is not well."""


ASKED_WITHIN = 5.0
"""How old it may be for pages still to ask the database: one that hangs keeps whoever asks, and nginx
waits for 10 s."""


class Health:
    """`runs_jobs` tells whether the jobs of this process run."""

    def __init__(
        self, boards: Boards, crew: Crew, succession: Succession, runs_jobs: Callable[[], bool]
    ) -> None:
        self._boards, self._wanted, self._halted = boards, crew.wanted, crew.runs.halted
        self._succession, self._runs_jobs = succession, runs_jobs

    def is_blind(self) -> bool:
        """Whether pages should not ask the database, which was not read for some seconds."""
        return self._runs_jobs() and self._unseen() > ASKED_WITHIN

    def problem(self, now: datetime) -> str | None:
        """What is wrong with polling, in a few words; None where nothing is."""
        if not self._runs_jobs():
            return "the scheduler does not run"
        if self._unseen() > LOOKED_WITHIN:
            return f"the database was last read {self._unseen():.0f} s ago"
        if self._succession.is_abandoned:
            return "nobody polls: the process that did is gone"
        troubles = (self._trouble(sport, now) for sport in self._wanted.sports)
        return next(filter(None, troubles), None)

    def _trouble(self, sport: str, now: datetime) -> str | None:
        if sport in self._halted:
            return f"{sport} is not polled: {self._halted[sport]}"
        facts = self._boards.facts(sport)
        due = facts.next_poll_at
        if facts.polling and due and not facts.running and now > due + SAFETY_NET:
            return f"the poll of {sport} is late"
        return None

    def _unseen(self) -> float:
        return time.monotonic() - self._succession.follower.looked_at
