"""What the credits buy: as set, with the moneyline alone, and with the provider's next larger plan.

Each is a plan of its own on what is known now, so this takes a second and is made once an hour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from linefinder.board import Boards
from linefinder.config import Config
from linefinder.domain import quota
from linefinder.domain.planner.hours import DAY
from linefinder.domain.planner.policy import Plan
from linefinder.domain.planner.prospect import Prospect, share_live
from linefinder.polling.learning import Learning
from linefinder.polling.plans import HORIZON, Plans
from linefinder.polling.wanted import Wanted

AS_SET, MONEYLINE = "as set", "moneyline only"
MONTH = 30.4 * DAY


class Prospects:
    """`found` are those that were last made, at `made_at`; none while the account is not known."""

    def __init__(
        self,
        config: Config,
        wanted: Wanted,
        boards: Boards,
        learning: Learning,
        plans: Plans,
        compute: Callable[..., Any],
    ) -> None:
        self._config, self._wanted = config, wanted
        self._boards, self._learning = boards, learning
        self._plans, self._compute = plans, compute
        self.found: Sequence[Prospect] = ()
        self.made_at: datetime | None = None

    def make(self, sports: list[str], now: datetime) -> Sequence[Prospect]:
        """Look ahead for `sports`, whose polls cost something."""
        ledger, cost = (
            self._boards.ledger,
            float(max(self._boards.ledger.cost or 0, self._config.poll_cost)),
        )
        left = quota.spendable(ledger, self._boards.reserve(now))
        if left is None or not sports:
            self.found = ()
            return self.found
        until = (quota.next_reset(now) - now).total_seconds()
        ways = [(AS_SET, float(left), cost)]
        markets = len(self._config.odds_markets)
        if markets > 1 and "h2h" in self._config.odds_markets:
            ways.append((MONEYLINE, float(left), cost / markets))
        larger = quota.next_size(ledger.size)
        if larger:
            ways.append((f"{larger:,} credits a month", larger * until / MONTH, cost))
        self.found, self.made_at = self._prospects(ways, sports, now), now
        return self.found

    def _prospects(
        self, ways: Sequence[tuple[str, float, float]], sports: list[str], now: datetime
    ) -> list[Prospect]:
        begin, until = now.timestamp(), (quota.next_reset(now) - now).total_seconds()
        horizon = min(until, HORIZON)
        days = horizon / DAY
        found = []
        all_polls = self._polls([way[1:] for way in ways], sports, now, horizon)
        for (name, _, cost), polls in zip(ways, all_polls, strict=True):
            known = [
                (
                    [self._learning.polled_at(sport), *times],
                    [*self._learning.starts(sport).values()],
                )
                for sport, times in polls.items()
            ]
            found.append(
                Prospect(
                    name,
                    sum(map(len, polls.values())) * cost,
                    days,
                    {sport: len(times) / days for sport, times in polls.items()},
                    share_live(known, begin, begin + DAY),
                )
            )
        return found

    def _polls(
        self, ways: Sequence[tuple[float, float]], sports: list[str], now: datetime, horizon: float
    ) -> list[dict[str, Sequence[float]]]:
        """For each way (credits left, cost of a poll): planned where the credits allow no steady
        cadence, else evenly. What is known is gone through once for all that are planned."""
        wanted, begin = self._config.poll_interval_seconds, now.timestamp()
        until = (quota.next_reset(now) - now).total_seconds()
        lasting = [
            quota.lasting_interval(wanted, cost, len(sports), left, until) for left, cost in ways
        ]
        scarce = [self._wanted.mode == "adaptive" and every > wanted for every in lasting]
        plans: list[Plan] = []
        if any(scarce):
            asked = self._plans.question(sports, now, *ways[0])
            budgets = [
                (left * asked["part"], cost)
                for (left, cost), is_scarce in zip(ways, scarce, strict=True)
                if is_scarce
            ]
            plans = self._compute(self._plans.compare, asked, budgets)
        planned = iter(plans)
        return [
            self._planned(next(planned), sports)
            if is_scarce
            else dict.fromkeys(
                sports, np.arange(begin, begin + horizon, min(every, horizon + 1)).tolist()
            )
            for every, is_scarce in zip(lasting, scarce, strict=True)
        ]

    @staticmethod
    def _planned(plan: Plan, sports: list[str]) -> dict[str, Sequence[float]]:
        return {sport: plan.polls.get(sport, ()) for sport in sports}
