"""What the credits buy: as set, with the moneyline alone, and with the provider's next larger plan.

Each is a plan of its own on what is known now, so this takes seconds and is made once an hour.
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
from linefinder.domain.planner.prospect import Prospect, share_live
from linefinder.learning import Learning
from linefinder.plans import HORIZON, Plans
from linefinder.wanted import Wanted

AS_SET, MONEYLINE = "as set", "moneyline only"
MONTH = 30.4 * DAY


class Prospects:
    """`found` are those that were last made; none while the account is not known."""

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
        self.found = [self._prospect(*way, sports, now) for way in ways]
        return self.found

    def _prospect(
        self, name: str, left: float, cost: float, sports: list[str], now: datetime
    ) -> Prospect:
        begin, until = now.timestamp(), (quota.next_reset(now) - now).total_seconds()
        horizon = min(until, HORIZON)
        polls = self._polls(left, cost, sports, now, horizon)
        known = [
            ([self._learning.polled_at(sport), *times], [*self._learning.starts(sport).values()])
            for sport, times in polls.items()
        ]
        days = horizon / DAY
        return Prospect(
            name,
            sum(map(len, polls.values())) * cost,
            days,
            {sport: len(times) / days for sport, times in polls.items()},
            share_live(known, begin, begin + DAY),
        )

    def _polls(
        self, left: float, cost: float, sports: list[str], now: datetime, horizon: float
    ) -> dict[str, Sequence[float]]:
        """Planned where the credits allow no steady cadence, else evenly."""
        wanted, begin = self._config.poll_interval_seconds, now.timestamp()
        until = (quota.next_reset(now) - now).total_seconds()
        lasting = quota.lasting_interval(wanted, cost, len(sports), left, until)
        if self._wanted.mode == "adaptive" and lasting > wanted:
            asked = self._plans.question(sports, now, left, cost)
            plan = self._compute(self._plans.calculate, asked)
            return {sport: plan.polls.get(sport, ()) for sport in sports}
        evenly = np.arange(begin, begin + horizon, min(lasting, horizon + 1)).tolist()
        return dict.fromkeys(sports, evenly)
