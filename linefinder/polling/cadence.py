"""How often the credits allow a poll: evenly where they suffice, else planned or stretched.

Arithmetic on what is known; scheduling/agenda.py puts the polls in their place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container
from datetime import datetime, timedelta

from linefinder.board import Boards
from linefinder.config import Config
from linefinder.domain import quota
from linefinder.domain.planner.rates import Tally, estimate
from linefinder.domain.planner.sheets import Scarcity
from linefinder.polling.learning import Learning
from linefinder.polling.plans import Plans
from linefinder.polling.wanted import Wanted


class Cadence:
    """The cadence of the polled sports. `cost`: credits that the next full poll is
    expected to cost; `halted`: sports that are not polled until somebody refreshes them."""

    def __init__(
        self,
        config: Config,
        wanted: Wanted,
        boards: Boards,
        learning: Learning,
        plans: Plans,
        cost: Callable[[], int],
        halted: Container[str],
    ) -> None:
        self._config, self._wanted = config, wanted
        self._boards, self._learning = boards, learning
        self._plans, self._cost, self._halted = plans, cost, halted

    def paying(self) -> list[str]:
        """The polled sports whose polls cost something: in season, and not known to be empty."""
        return [sport for sport in self._wanted.sports if self._pays(sport)]

    def _pays(self, sport: str) -> bool:
        if sport in self._halted or not self._boards.active.get(sport, True):
            return False
        return bool(
            self._boards.stream(sport).board.events
            or self._learning.starts(sport)
            or self._boards.facts(sport).data_at is None
        )

    def interval(self, now: datetime) -> float:
        """Seconds between two polls of a sport; infinity where none can be paid."""
        wanted = self._config.poll_interval_seconds
        if self._config.poll_allow_exhaustion:
            return wanted
        left = quota.spendable(self._boards.ledger, self._boards.reserve(now))
        until = (quota.next_reset(now) - now).total_seconds()
        return quota.lasting_interval(wanted, self._cost(), len(self.paying()), left, until)

    def forecast(self, now: datetime) -> quota.Forecast | None:
        """What the settings mean in polls and credits, polling or not."""
        left = quota.spendable(self._boards.ledger, self._boards.reserve(now))
        return quota.forecast(
            self._config.poll_interval_seconds,
            self.interval(now),
            self._cost(),
            len(self.paying()) or len(self._wanted.sports),
            left,
        )

    def is_planned(self, now: datetime) -> bool:
        """Whether polls are planned one by one, because the credits allow no steady cadence."""
        interval, wanted = self.interval(now), self._config.poll_interval_seconds
        return self._wanted.mode == "adaptive" and wanted < interval < math.inf

    def scarcity(self, sport: str, now: datetime) -> Scarcity:
        """What a look beside the polls is measured with. A cadence that is only stretched has no price
        for a credit, and none to spare."""
        price = 0.0 if self.interval(now) <= self._config.poll_interval_seconds else math.inf
        if self.is_planned(now):
            price = self._plans.plan.price
        _, tally = self._learning.known([sport]).get(sport, (None, Tally()))
        return Scarcity(self._plans.refresh([sport]), price, estimate(tally))

    def first_poll(self, sport: str, now: datetime) -> datetime:
        """When polling begins: at once, unless the data that was kept is young enough."""
        interval, data_at = self.interval(now), self._boards.facts(sport).data_at
        if data_at is None or math.isinf(interval):
            return now
        return max(now, data_at + timedelta(seconds=interval))

    def following(self, sport: str, now: datetime) -> datetime:
        """When a steady cadence polls next after a poll that has just ended. It keeps its beat,
        unless a refresh came first or the poll took longer than one."""
        step = timedelta(seconds=self._steady(sport, now))
        planned = self._boards.facts(sport).next_poll_at
        on_beat = planned is not None and now - step < planned <= now
        return planned + step if planned and on_beat else now + step

    def _steady(self, sport: str, now: datetime) -> float:
        """The interval, or the provider's own where that is shorter and the credits are plenty."""
        interval = self.interval(now)
        if self._wanted.mode == "adaptive" and interval == self._config.poll_interval_seconds:
            return min(interval, self._plans.refresh([sport]))
        return interval
