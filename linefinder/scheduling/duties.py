"""What is done again and again beside the polls; jobs.py says when. Most of it is for who polls."""

from __future__ import annotations

import logging

from linefinder.domain import quota
from linefinder.domain.planner.sheets import Scarcity
from linefinder.logs import named
from linefinder.polling.crew import Crew
from linefinder.processes.succession import Succession
from linefinder.scheduling.agenda import Agenda
from linefinder.scheduling.looks import Looks
from linefinder.scheduling.tidying import tidy
from linefinder.wiring import Wiring

log = logging.getLogger("linefinder.jobs")


class Duties:
    """One method a job."""

    def __init__(self, wiring: Wiring, crew: Crew, agenda: Agenda, succession: Succession) -> None:
        self._wiring, self._crew = wiring, crew
        self._agenda, self._succession = agenda, succession
        self._looks = Looks(crew, agenda)

    def say_forecast(self) -> None:
        """Say in the log how long the credits last."""
        cadence, now = self._crew.cadence, self._agenda.now()
        plan = cadence.forecast(now)
        if plan and self._succession.polls_here():
            wanted = self._wiring.config.poll_interval_seconds
            words = quota.in_words(plan, wanted, cadence.is_planned(now))
            log.info("%s", words, extra=named("forecast"))

    def tick(self) -> None:
        """What the doors, the rooms and the other processes need each second."""
        for tick in self._wiring.ticks:
            tick()
        self._succession.post()

    def look(self) -> None:
        """Look at the account, the seasons and the fixtures, and plan anew."""
        if self._succession.leading.holds():
            self._looks.look()

    def tidy(self) -> None:
        """Delete what is too old."""
        if self._succession.leading.holds():
            tidy(self._wiring.config.history_days, self._agenda.now())
            self._wiring.recorder.forget()

    def fade(self) -> None:
        """Let what is known of long ago count less."""
        self._crew.learning.fade()

    def watch(self) -> None:
        """Count viewers, and plan anew where there are many more or fewer."""
        now = self._agenda.now()
        self._crew.learning.count_viewers(now)
        if self._crew.plans.viewers_changed():
            self._agenda.replan()
        elif self._succession.polls_here():
            self._agenda.hurry(now)

    def share(self) -> None:
        """Tell the process that polls who looks here, or hear it of the others."""
        leading, sports = self._succession.leading, self._wiring.boards.known()
        self._crew.audience.share(leading.holder, leading.holds(), sports)

    def tend_props(self) -> None:
        """Load anew the markets of events that somebody looks at."""
        if self._succession.polls_here():
            self._crew.props.tend(self._scarcity)

    def tend_scores(self) -> None:
        """Look at scores that somebody looks at."""
        if self._succession.polls_here():
            self._crew.scores.tend(self._crew.cadence.paying(), self._scarcity)

    def alert(self) -> None:
        """Match what polls changed against the rules."""
        self._wiring.watching.work()

    def send(self) -> None:
        """Push what is due."""
        self._wiring.sending.work()

    def _scarcity(self, sport: str) -> Scarcity:
        return self._crew.cadence.scarcity(sport, self._agenda.now())
