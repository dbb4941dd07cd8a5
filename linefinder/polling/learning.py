"""What is known of the polled sports: what polls saw, the schedule, who watches; kept over restarts.

The arithmetic is domain/planner; plans.py makes the plan of it.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

import numpy as np

from linefinder import wire
from linefinder.board import Boards
from linefinder.domain.errors import StoreError
from linefinder.domain.odds import Event, Events, starts_at
from linefinder.domain.planner.hours import Floats
from linefinder.domain.planner.rates import HOUR, Tally
from linefinder.domain.planner.watch import PAST_DAYS, STILL, Changes, Watch, changes
from linefinder.logs import named
from linefinder.polling.wanted import Wanted
from linefinder.store.read import learnings, recent_starts
from linefinder.store.write import Recorder

log = logging.getLogger("linefinder.learning")

KEEP_EVERY = timedelta(minutes=10)
"""What was learnt since is lost where the process is killed; at a stop it is kept."""
FADE_A_DAY = 0.95
"""What was seen counts half after two weeks."""
PLAYS = 4 * HOUR


class Learning:
    """One watch and one tally a polled sport. `viewers` tells how many sockets hear a sport."""

    def __init__(
        self,
        wanted: Wanted,
        boards: Boards,
        recorder: Recorder,
        viewers: Callable[[str], int] = lambda sport: 0,
    ) -> None:
        self._wanted, self._boards, self._recorder = wanted, boards, recorder
        self.viewers = viewers
        self._watches: dict[str, Watch] = {}
        self._tallies: dict[str, Tally] = {}
        self._usual: dict[str, list[float]] = {}
        self._kept_at: dict[str, datetime] = {}

    def restore(self, now: datetime) -> None:
        """What was learnt before of sports that are not watched yet, and their boards as they are."""
        kept = learnings()
        for sport in self._wanted.sports:
            if sport in self._watches:
                continue
            plain = kept.get(sport, {})
            self._tallies[sport] = Tally.from_plain(plain.get("tally", {}))
            self._usual[sport] = plain.get("usual") or [0.0] * 168
            self._watches[sport] = self._watch(sport, now)

    def set_back(self, by: timedelta) -> None:
        """The clock was set back: what was seen goes back with it."""
        for watch in self._watches.values():
            watch.set_back(by.total_seconds())
        self._kept_at = {sport: at + by for sport, at in self._kept_at.items()}

    def forget(self) -> None:
        """Another process has polled since: `restore` begins anew."""
        self._watches.clear()

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
            changed = {
                event: _changes(before.get(event), after.get(event)) for event in watch.since
            }
            tally.add(watch.seen(now, changed))
        # what the free schedule named besides stays known
        listed = {event: start for event, start in watch.schedule.items() if start > now}
        watch.polled(now, {**listed, **_schedule(after)}, _counts_after(watch.lines, before, after))
        if at - self._kept_at.get(sport, at - KEEP_EVERY) >= KEEP_EVERY:
            self._keep(sport, at)

    def scheduled(self, sport: str, starts: Mapping[str, datetime], at: datetime) -> None:
        """The free schedule of a sport."""
        if sport in self._watches:
            schedule = {event: start.timestamp() for event, start in starts.items()}
            self._watches[sport].scheduled(at.timestamp(), schedule)

    def known(self, sports: Iterable[str]) -> dict[str, tuple[Watch, Tally]]:
        """Copies, so that a plan can be made of them in another thread."""
        return {
            sport: (copy.deepcopy(self._watches[sport]), copy.deepcopy(self._tallies[sport]))
            for sport in sports
            if sport in self._watches
        }

    def starts(self, sport: str) -> Mapping[str, float]:
        """{event: when it starts} of what is on the schedule of a sport."""
        return self._watches[sport].schedule if sport in self._watches else {}

    def polled_at(self, sport: str) -> float:
        """When a polled sport was polled last."""
        return self._watches[sport].polled_at

    def is_in_play(self, sports: Iterable[str], now: float) -> bool:
        """Whether an event of `sports` has begun and may not have ended."""
        return any(
            now - PLAYS < start <= now for sport in sports for start in self.starts(sport).values()
        )

    def count_viewers(self, at: datetime) -> None:
        """Once a minute: who usually watches what, by hour of the week (UTC)."""
        hour = at.weekday() * 24 + at.hour
        for sport, usual in self._usual.items():
            usual[hour] += 0.01 * (self.viewers(sport) - usual[hour])

    def weight(self, sport: str, now: float) -> Callable[[Floats], Floats]:
        """Viewers count: those there are for the next hour, the usual ones after it."""
        usual, here = np.array(self._usual[sport]), float(self.viewers(sport))

        def weight(times: Floats) -> Floats:
            hours = ((times // HOUR) + 3 * 24).astype(int) % 168  # 1970 began on a Thursday
            found: Floats = 1.0 + np.where(times < now + HOUR, here, usual[hours])
            return found

        return weight

    def fade(self) -> None:
        """Once a day: what was seen long ago counts less."""
        for tally in self._tallies.values():
            tally.fade(FADE_A_DAY)

    def keep(self, at: datetime) -> None:
        """Keep what was learnt of every sport; a poll that ends meanwhile may be a sport's first."""
        for sport in tuple(self._kept_at):
            self._keep(sport, at)

    def _keep(self, sport: str, at: datetime) -> None:
        self._kept_at[sport] = at
        plain = {"tally": self._tallies[sport].to_plain(), "usual": self._usual[sport]}
        try:
            self._recorder.learn(sport, wire.encode(plain).decode(), at)
        except StoreError as error:
            called = named("learning_lost", sport=sport)
            log.warning("what was learnt of %s is not kept: %s", sport, error, extra=called)


def _changes(old: Event | None, new: Event | None) -> Changes:
    """How many lines of an event moved, went and came. What stands still is the same object on both
    boards, and not looked into."""
    if old is new:
        return STILL
    was, is_ = (event["lines"] if event else {} for event in (old, new))
    moved = gone = posted = 0
    for book in was.keys() | is_.keys():
        before, after = was.get(book, {}), is_.get(book, {})
        for market in () if before is after else before.keys() | after.keys():
            here, there = before.get(market, {}), after.get(market, {})
            if here is not there:
                found = changes(here, there)
                moved, gone, posted = moved + found[0], gone + found[1], posted + found[2]
    return moved, gone, posted


def _counts_after(counts: Mapping[str, int], before: Events, after: Events) -> dict[str, int]:
    """How many lines each event has, counted anew where it changed."""
    same = {event: counts[event] for event in counts if after.get(event) is before.get(event)}
    rest = {event: one for event, one in after.items() if event not in same}
    return {**{event: same[event] for event in same if event in after}, **_counts(rest)}


def _counts(events: Events) -> dict[str, int]:
    return {
        event: sum(len(offered) for book in one["lines"].values() for offered in book.values())
        for event, one in events.items()
    }


def _schedule(events: Events) -> dict[str, float]:
    return {event: starts_at(one).timestamp() for event, one in events.items()}
