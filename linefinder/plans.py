"""The planner at work: it watches what polls see, and says when each sport is polled next, and why.

The arithmetic is domain/planner; here is what it needs: the schedule, the lines as last seen, the
credits, who is watching, and what was learnt before the last restart.
"""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from linefinder import wire
from linefinder.board import Boards
from linefinder.config import Config
from linefinder.domain import quota
from linefinder.domain.errors import StoreError
from linefinder.domain.odds import Events, starts_at
from linefinder.domain.planner.policy import EARLY, Plan, Subject, graded, make_plan
from linefinder.domain.planner.rates import HOUR, Floats, Tally, estimate
from linefinder.domain.planner.watch import DAY, PAST_DAYS, Watch
from linefinder.domain.planner.why import Why, why
from linefinder.store.read import learnings, recent_starts
from linefinder.store.write import Recorder

log = logging.getLogger("linefinder.plans")

HORIZON = 7 * DAY
"""How far ahead polls are planned. Whatever happens weekly is in it once, so the credits of a month
are shared out by the week."""
REST_SECONDS = 15.0
"""How long a plan stands at least: arithmetic must not become the main thing done."""
KEEP_EVERY = timedelta(minutes=1)
FADE_A_DAY = 0.95
"""What was seen counts half after two weeks."""
OWN_REFRESH, IN_PLAY_REFRESH = 60.0, 40.0
"""How often the provider itself looks, in seconds, before the start and in play."""


class Plans:
    """One plan for all polled sports."""

    def __init__(
        self,
        config: Config,
        boards: Boards,
        recorder: Recorder,
        now: Callable[[], datetime],
        compute: Callable[..., Any],
        viewers: Callable[[str], int] = lambda sport: 0,
    ) -> None:
        self._config, self._boards, self._recorder = config, boards, recorder
        self._now, self._compute, self._viewers = now, compute, viewers
        self._watches: dict[str, Watch] = {}
        self._tallies: dict[str, Tally] = {}
        self._usual: dict[str, list[float]] = {}
        self._kept_at: dict[str, datetime] = {}
        self._making = threading.Lock()
        self._made_at: datetime | None = None
        self.plan = Plan()

    # -- what is known ----------------------------------------------------------------------

    def restore(self, now: datetime) -> None:
        """What was learnt before the last stop, and the boards as they were left."""
        kept = learnings()
        for sport in self._config.poll_sports:
            plain = kept.get(sport, {})
            self._tallies[sport] = Tally.from_plain(plain.get("tally", {}))
            self._usual[sport] = plain.get("usual") or [0.0] * 168
            self._watches[sport] = self._watch(sport, now)

    def _watch(self, sport: str, now: datetime) -> Watch:
        events = self._boards.stream(sport).board.events
        data_at = self._boards.facts(sport).data_at
        watch = Watch((data_at or now).timestamp())
        past = recent_starts(sport, now - timedelta(days=PAST_DAYS))
        watch.past = {event: start.timestamp() for event, start in past.items()}
        watch.polled(watch.polled_at, _schedule(events), _counts(events))
        return watch

    def saw(self, sport: str, before: Events, after: Events, at: datetime) -> None:
        """A poll turned the board `before` into `after`."""
        watch = self._watches.get(sport)
        if watch is None:
            return
        now, tally = at.timestamp(), self._tallies[sport]
        if self._boards.stream(sport).board.version > 1 or before:
            tally.add(watch.sightings(now, _flat(before), _flat(after)))
        # what the free schedule named besides stays known
        listed = {event: start for event, start in watch.schedule.items() if start > now}
        watch.polled(now, {**listed, **_schedule(after)}, _counts(after))
        self._keep(sport, at)

    def scheduled(self, sport: str, starts: Mapping[str, datetime], at: datetime) -> None:
        """The free schedule of a sport."""
        if sport in self._watches:
            schedule = {event: start.timestamp() for event, start in starts.items()}
            self._watches[sport].scheduled(at.timestamp(), schedule)

    def has_fixtures(self, sport: str) -> bool:
        """Whether anything is on the sport's schedule."""
        return bool(self._watches[sport].schedule) if sport in self._watches else False

    def count_viewers(self, at: datetime) -> None:
        """Once a minute: who usually watches what, by hour of the week (UTC)."""
        hour = at.weekday() * 24 + at.hour
        for sport, usual in self._usual.items():
            usual[hour] += 0.01 * (self._viewers(sport) - usual[hour])

    def fade(self) -> None:
        """Once a day: what was seen long ago counts less."""
        for tally in self._tallies.values():
            tally.fade(FADE_A_DAY)

    def _keep(self, sport: str, at: datetime) -> None:
        if at - self._kept_at.get(sport, at - KEEP_EVERY) < KEEP_EVERY:
            return
        self._kept_at[sport] = at
        plain = {"tally": self._tallies[sport].to_plain(), "usual": self._usual[sport]}
        try:
            self._recorder.learn(sport, wire.encode(plain).decode(), at)
        except StoreError as error:
            log.warning("what was learnt of %s is not kept: %s", sport, error)

    # -- what follows -----------------------------------------------------------------------

    def refresh(self, sports: Iterable[str]) -> float:
        """The soonest that a poll of one of `sports` can find anything new, in seconds; another
        POLL_INTERVAL_SECONDS than the provider's own is kept to."""
        asked = self._config.poll_interval_seconds
        if asked != OWN_REFRESH:
            return asked
        now = self._now().timestamp()
        in_play = any(
            now - 4 * HOUR < start <= now
            for sport in sports
            if sport in self._watches
            for start in self._watches[sport].schedule.values()
        )
        return IN_PLAY_REFRESH if in_play else OWN_REFRESH

    def make(self, sports: list[str], force: bool = False) -> bool:
        """Plan anew for `sports`; False where that was done a moment ago, or is being done. Takes up
        to seconds, in a thread of its own."""
        now = self._now()
        fresh = self._made_at is not None and (now - self._made_at).total_seconds() < REST_SECONDS
        if (fresh and not force) or not self._making.acquire(blocking=False):
            return False
        try:
            self.plan = self._compute(self.calculate, self.question(sports, now, 1.0))
            self._made_at = now
        finally:
            self._making.release()
        return True

    def question(self, sports: list[str], now: datetime, cheaper: float) -> dict[str, Any]:
        """All that `calculate` needs, copied so that nothing of it changes meanwhile. `cheaper`: how
        many times as many credits as there are, for what-if questions."""
        left = quota.spendable(self._boards.ledger, self._boards.reserve(now)) or 0
        begin, reset = now.timestamp(), quota.next_reset(now).timestamp()
        end = min(reset, begin + HORIZON)
        cost = float(self._boards.ledger.cost or self._config.poll_cost)
        planned = {sport: next(iter(self.plan.polls.get(sport, ())), None) for sport in sports}
        subjects = {
            sport: (copy.deepcopy(self._watches[sport]), copy.deepcopy(self._tallies[sport]))
            for sport in sports
            if sport in self._watches
        }
        weights = {sport: self._weight(sport, begin) for sport in subjects}
        refresh = self.refresh(subjects)
        return {
            "subjects": subjects,
            "weights": weights,
            "planned": planned,
            "cost": cost,
            "budget": cheaper * left * (end - begin) / max(1.0, reset - begin),
            "instants": graded(begin, end, refresh),
            "end": end,
            "refresh": refresh,
            "last": self.plan,
        }

    @staticmethod
    def calculate(asked: Mapping[str, Any]) -> Plan:
        """The plan that answers a question. Pure."""
        subjects = {
            sport: Subject(
                watch,
                estimate(tally),
                asked["cost"],
                asked["weights"][sport],
                asked["planned"][sport],
            )
            for sport, (watch, tally) in asked["subjects"].items()
        }
        return make_plan(
            subjects, asked["budget"], asked["instants"], asked["end"], asked["refresh"],
            last=asked["last"],
        )  # fmt: skip

    def _weight(self, sport: str, now: float) -> Callable[[Floats], Floats]:
        """Viewers count: those there are for the next hour, the usual ones after it."""
        usual, here = np.array(self._usual[sport]), float(self._viewers(sport))

        def weight(times: Floats) -> Floats:
            hours = ((times // HOUR) + 3 * 24).astype(int) % 168  # 1970 began on a Thursday
            found: Floats = 1.0 + np.where(times < now + HOUR, here, usual[hours])
            return found

        return weight

    def next_poll(self, sport: str, now: datetime) -> datetime | None:
        """When the plan polls a sport next; None where it does not within the horizon."""
        return next(iter(self.coming(sport, now)), None)

    def coming(self, sport: str, now: datetime) -> list[datetime]:
        """All polls of a sport that are planned and not done: a plan that was made before the last
        poll still names it, and a credit must not be spent twice for one moment."""
        polled = self._watches[sport].polled_at + EARLY * self.refresh([sport])
        times = self.plan.polls.get(sport, ())
        since = max(now.timestamp(), polled)
        return [datetime.fromtimestamp(at, UTC) for at in times if at >= since]

    def why(self, sport: str, at: datetime) -> Why:
        """What a poll at that moment is for."""
        watch = self._watches.get(sport)
        return why(watch.schedule if watch else {}, at.timestamp())


def _flat(events: Events) -> dict[str, dict[tuple[str, str, str], Any]]:
    """{event: {(bookmaker, market, outcome): line}}"""
    return {
        event: {
            (book, market, outcome): line
            for book, markets in one["lines"].items()
            for market, outcomes in markets.items()
            for outcome, line in outcomes.items()
        }
        for event, one in events.items()
    }


def _counts(events: Events) -> dict[str, int]:
    return {
        event: sum(len(offered) for book in one["lines"].values() for offered in book.values())
        for event, one in events.items()
    }


def _schedule(events: Events) -> dict[str, float]:
    return {event: starts_at(one).timestamp() for event, one in events.items()}
