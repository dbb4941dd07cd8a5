"""The planner at work: it says when each sport is polled next, and why.

The arithmetic is domain/planner; what it is made of: learning.py, and the credits.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from linefinder.board import Boards
from linefinder.config import Config
from linefinder.domain import quota
from linefinder.domain.feed import Why
from linefinder.domain.planner.hours import DAY
from linefinder.domain.planner.policy import EARLY, Plan, Subject, graded, plan_within, survey
from linefinder.domain.planner.rates import estimate
from linefinder.domain.planner.threshold import is_due, worth
from linefinder.domain.planner.why import why
from linefinder.polling.learning import Learning

log = logging.getLogger("linefinder.plans")

HORIZON = 7 * DAY
"""How far ahead polls are planned. Whatever happens weekly is in it once, so the credits of a month
are shared out by the week."""
REST_SECONDS = 15.0
"""How long a plan stands at least: arithmetic must not become the main thing done."""
LONGEST_WAIT = 900.0
"""Seconds that a failing provider is left alone at most."""
OWN_REFRESH, IN_PLAY_REFRESH = 60.0, 40.0
"""How often the provider itself looks, in seconds, before the start and in play."""


class Plans:
    """One plan for all polled sports."""

    def __init__(
        self,
        config: Config,
        boards: Boards,
        learning: Learning,
        now: Callable[[], datetime],
        compute: Callable[..., Any],
    ) -> None:
        self._config, self._boards, self._learning = config, boards, learning
        self._now, self._compute = now, compute
        self._making = threading.Lock()
        self._made_at: datetime | None = None
        self._planned_for: dict[str, int] = {}
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, datetime] = {}
        self.plan = Plan()

    def refresh(self, sports: Iterable[str]) -> float:
        """The soonest that a poll of one of `sports` can find anything new, in seconds; another
        POLL_INTERVAL_SECONDS than the provider's own is kept to."""
        asked = self._config.poll_interval_seconds
        if asked != OWN_REFRESH:
            return asked
        in_play = self._learning.is_in_play(sports, self._now().timestamp())
        return IN_PLAY_REFRESH if in_play else OWN_REFRESH

    def viewers_changed(self) -> bool:
        """Whether a sport has twice or half the viewers that the plan was made for."""
        return any(
            not 0.5 < (1 + self._learning.viewers(sport)) / (1 + count) < 2.0
            for sport, count in self._planned_for.items()
        )

    def overdue(self, sports: Iterable[str], now: datetime) -> list[str]:
        """The sports that the viewers who came since the plan was made are worth a poll at once:
        the rule between two plans (domain/planner/threshold.py)."""
        return [sport for sport in sports if sport in self.plan.polls and self._overdue(sport, now)]

    def _overdue(self, sport: str, now: datetime) -> bool:
        then, here = self._planned_for.get(sport, 0), self._learning.viewers(sport)
        soonest = self._learning.polled_at(sport) + EARLY * self.refresh([sport])
        if here <= then or now < self.not_before(sport, now) or now.timestamp() < soonest:
            return False
        watch, tally = self._learning.known([sport])[sport]
        value = worth(watch, estimate(tally), now.timestamp(), self.plan.fresh)
        price = self.plan.price * max(self._boards.ledger.cost or 0, self._config.poll_cost)
        return is_due(value, (1.0 + then, 1.0 + here), price)

    def make(self, sports: list[str], force: bool = False) -> bool:
        """Plan anew for `sports`; False where that was done a moment ago, or is being done. Takes up
        to seconds, in a thread of its own."""
        now = self._now()
        fresh = self._made_at is not None and (now - self._made_at).total_seconds() < REST_SECONDS
        if (fresh and not force) or not self._making.acquire(blocking=False):
            return False
        try:
            left = quota.spendable(self._boards.ledger, self._boards.reserve(now)) or 0
            cost = float(max(self._boards.ledger.cost or 0, self._config.poll_cost))
            self.plan = self._compute(self.calculate, self.question(sports, now, left, cost))
            self._made_at = now
            self._planned_for = {sport: self._learning.viewers(sport) for sport in sports}
        finally:
            self._making.release()
        return True

    def question(
        self, sports: list[str], now: datetime, left: float, cost: float
    ) -> dict[str, Any]:
        """All that `calculate` needs, copied so that nothing of it changes meanwhile. `left`: credits
        until the reset, of which those that fall into the horizon are planned; `cost`: of a poll."""
        begin, reset = now.timestamp(), quota.next_reset(now).timestamp()
        end = min(reset, begin + HORIZON)
        planned = {sport: next(iter(self.plan.polls.get(sport, ())), None) for sport in sports}
        subjects = self._learning.known(sports)
        refresh = self.refresh(subjects)
        part = (end - begin) / max(1.0, reset - begin)
        return {
            "subjects": subjects,
            "weights": {sport: self._learning.weight(sport, begin) for sport in subjects},
            "planned": planned,
            "cost": cost,
            "budget": left * part,
            "part": part,
            "instants": graded(begin, end, refresh),
            "end": end,
            "refresh": refresh,
            "last": self.plan,
        }

    @staticmethod
    def calculate(asked: Mapping[str, Any]) -> Plan:
        """The plan that answers a question. Pure."""
        return Plans.compare(asked, [(asked["budget"], asked["cost"])])[0]

    @staticmethod
    def compare(asked: Mapping[str, Any], ways: Iterable[tuple[float, float]]) -> list[Plan]:
        """The plans that answer a question for other budgets and costs of a poll. Pure."""
        subjects = {
            sport: Subject(
                watch,
                estimate(tally),
                asked["cost"],
                asked["weights"][sport],
                asked["planned"][sport],
                # nothing new is to be had before the provider has looked again
                watch.polled_at + EARLY * asked["refresh"],
            )
            for sport, (watch, tally) in asked["subjects"].items()
        }
        last: Plan = asked["last"]
        seen = survey(
            subjects, asked["instants"], asked["end"], asked["refresh"], "staleness", last.fresh
        )
        return [plan_within(seen, budget, last.price, "staleness", cost) for budget, cost in ways]

    def ended(self, sport: str, at: datetime, failed: bool) -> None:
        """A poll has ended. One that failed is not made again at once, though the plan still names
        its moment: a provider that is down is asked after 1, 2, 4, 8 and then each 15 minutes."""
        failures = self._failures[sport] = self._failures.get(sport, 0) + 1 if failed else 0
        wait = min(LONGEST_WAIT, OWN_REFRESH * 2.0 ** (failures - 1)) if failed else 0.0
        self._not_before[sport] = at + timedelta(seconds=wait)

    def set_back(self, by: timedelta) -> None:
        """The clock was set back: so was the end of every poll, and what is planned is made anew."""
        self._made_at = None
        self._not_before = {sport: at + by for sport, at in self._not_before.items()}

    def has_succeeded(self, sport: str) -> bool:
        """Whether the last poll of a sport here succeeded: its board may not be shown yet."""
        return self._failures.get(sport) == 0

    def not_before(self, sport: str, now: datetime) -> datetime:
        """When a sport may be polled at the soonest, for the failures that there were."""
        return max(now, self._not_before.get(sport, now))

    def next_poll(self, sport: str, now: datetime) -> datetime | None:
        """When the plan polls a sport next; None where it does not within the horizon."""
        return next(iter(self.coming(sport, now)), None)

    def coming(self, sport: str, now: datetime) -> list[datetime]:
        """All polls of a sport that are planned and not done: a plan that was made before the last
        poll still names it, and a credit must not be spent twice for one moment."""
        polled = self._learning.polled_at(sport) + EARLY * self.refresh([sport])
        times = self.plan.polls.get(sport, ())
        since = max(now.timestamp(), polled)
        found = [datetime.fromtimestamp(at, UTC) for at in times if at >= since]
        first = self._not_before.get(sport, now)
        return (
            found
            if not found or found[0] >= first
            else [first, *(at for at in found if at > first)]
        )

    def why(self, sport: str, at: datetime) -> Why:
        """What a poll at that moment is for."""
        return why(self._learning.starts(sport), at.timestamp())
