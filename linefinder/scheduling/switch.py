"""The switch: what is wanted is done at once, in all processes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from linefinder.polling.crew import Crew
from linefinder.processes.succession import Succession
from linefinder.scheduling.agenda import Agenda
from linefinder.wiring import Wiring

STAGGER = timedelta(seconds=1)


class Switch:
    """`look` has the account looked at soon."""

    def __init__(self, wiring: Wiring, crew: Crew, agenda: Agenda, succession: Succession) -> None:
        self._wiring, self._crew = wiring, crew
        self._wanted, self._boards = crew.wanted, wiring.boards
        self._agenda, self._succession = agenda, succession
        self.look: Callable[[], None] = lambda: None

    def change(
        self,
        on: bool | None = None,
        sports: tuple[str, ...] | None = None,
        mode: str | None = None,
    ) -> None:
        """Switch what is given, for good, and plan anew."""
        before = self._wanted.sports
        self._wanted.change(self._wiring.recorder, on, sports, mode)
        if on or sports:
            self._crew.runs.halted.clear()
        self.take_over(before)
        self._succession.hints.give()

    def take_over(self, before: tuple[str, ...]) -> None:
        """Do what is wanted now; `before` were the sports that were wanted."""
        for sport in self._wanted.sports:
            self._crew.runs.poller.open(sport)
        self._crew.learning.restore(self._agenda.now())
        for sport in set(before).difference(self._wanted.sports):
            self._boards.learn(sport, polling=False)
            self._agenda.drop(sport)
            self._wiring.teller.status_if_changed(sport)
        self.apply()
        self.look()

    def apply(self) -> None:
        """Begin or cease to poll, as is wanted of this process."""
        for index, sport in enumerate(self._wanted.sports):
            if self._agenda.polls_here():
                self._begin(sport, index * STAGGER)
            elif self._succession.is_led:
                self._agenda.remove(sport)
            else:
                self._boards.learn(sport, polling=False)
                self._agenda.drop(sport)
            self._wiring.teller.status_if_changed(sport)
        self._agenda.replan(force=True)

    def _begin(self, sport: str, after: timedelta) -> None:
        self._boards.learn(sport, polling=True)
        if not self._agenda.is_due(sport):  # a look has just begun it: not twice
            first = self._crew.cadence.first_poll(sport, self._agenda.now())
            self._agenda.put(sport, first + after)
