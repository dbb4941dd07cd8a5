"""What is free: looking at the account, the seasons, and the fixtures of what is polled."""

from __future__ import annotations

import logging
from datetime import timedelta

from linefinder.domain.errors import ProviderError
from linefinder.logs import named
from linefinder.polling.crew import Crew
from linefinder.scheduling.agenda import Agenda
from linefinder.store.ledger import manual_credits

log = logging.getLogger("linefinder.jobs")

LATELY = timedelta(days=14)
"""How far back manual refreshes say how many there will be."""


class Looks:
    """The looks of the process that polls."""

    def __init__(self, crew: Crew, agenda: Agenda) -> None:
        self._crew, self._agenda = crew, agenda
        self._poller, self._boards, self._now = crew.runs.poller, agenda.boards, agenda.now

    def look(self) -> None:
        """Look at everything, and plan anew with it."""
        crew = self._crew
        self._poller.look()
        self._boards.by_hand = manual_credits(self._now() - LATELY) / LATELY.days
        for sport in crew.wanted.sports:
            if self._boards.active.get(sport, True) and sport not in crew.runs.halted:
                self._look_at(sport)
        self._agenda.replan()
        crew.prospects.make(crew.cadence.paying(), self._now())

    def _look_at(self, sport: str) -> None:
        """The fixtures of a sport; what fails for one must not keep the others from theirs."""
        try:
            fixtures = self._poller.fixtures(sport)
        except ProviderError as error:
            called = named("fixtures_failed", sport=sport)
            log.warning("the fixtures of %s: %s", sport, error, extra=called)
            return
        self._crew.learning.scheduled(sport, fixtures, self._now())
        now = self._now()
        emptied = not fixtures and self._boards.stream(sport).board.events
        is_back = (
            fixtures and not self._agenda.has(sport) and not self._crew.cadence.is_planned(now)
        )
        if self._agenda.polls_here() and (emptied or is_back):
            self._agenda.put(sport, now)  # an empty answer is free
