"""Following the database: each second, and at once after a hint, this process's boards are taken where
the database's are, and its own clients are told what led there.

Every process tells its own clients, from the database's truth, and nobody tells those of another: so
nothing is lost or doubled whatever becomes of the hints. In the process that polls this finds nothing
to do, unless another one has written.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from linefinder import wire
from linefinder.board import Boards
from linefinder.domain.feed import Facts
from linefinder.domain.odds import Position
from linefinder.logs import named
from linefinder.polling.plans import Plans
from linefinder.processes.bulletin import ended_from, facts_from, ledger_from, plan_from
from linefinder.store.read import load_stream
from linefinder.store.tail import Stand, Standing, Told, standing, updates_since

log = logging.getLogger("linefinder.follow")

WAIT_SECONDS = 2.0
"""How long somebody who holds more than we do waits for us to catch up."""


Hear = Callable[[Facts], Facts]
"""What is known of a feed -> the same with what the database says."""


class Teller(Protocol):
    """Who tells the rooms of this process."""

    def update(self, sport: str, update: wire.Update) -> None: ...

    def snapshot(self, sport: str) -> None: ...

    def status(self, sport: str) -> None: ...


class Follower:
    """`looks` counts looks at the database that ended; `count` what they found."""

    def __init__(
        self,
        boards: Boards,
        teller: Callable[[], Teller],
        plans: Plans,
        now: Callable[[], datetime],
        keep: int,
    ) -> None:
        self._boards, self._teller, self._plans = boards, teller, plans
        self._now, self._keep = now, keep
        self._turned = threading.Condition()
        self._begun = self.looks = 0
        self.looked_at = time.monotonic()
        self.wake: Callable[[], None] = lambda: None
        self.count: Counter[str] = Counter()
        """updates, boards: told because another process had written them."""
        self.ended: Mapping[tuple[str, str], int] = {}
        """How many polls of the process that polls have ended how; it may have no /metrics itself."""

    def look(self, holder: str, leads: bool) -> Standing:
        """Look once; what is known of the others then. StoreError where the database refuses."""
        self._begun += 1
        number = self._begun
        seen = standing(self._now())
        told = seen.told if seen.told and seen.told.holder != holder and not leads else None
        if told:
            self._heed(told)
        for stand in seen.sports:
            self._boards.titles[stand.sport] = stand.title
            self._boards.active[stand.sport] = stand.active
            if stand.position:
                self._follow(stand, told, seen.leader is not None)
        with self._turned:
            self.looks, self.looked_at = number, time.monotonic()
            self._turned.notify_all()
        return seen

    def catch_up(self, sport: str) -> None:
        """Take one board where the database's is, now: another process was first."""
        for stand in standing(self._now()).sports:
            if stand.sport == sport and stand.position:
                self._follow(stand, None, True)

    def wait_for(self, sport: str, held: Position) -> None:
        """Where somebody comes from another process and holds more than we do: have a look first."""
        here = self._boards.stream(sport).board.position
        if here.epoch != held.epoch or held.version <= here.version:
            return
        with self._turned:
            after = self._begun
            self.wake()
            self._turned.wait_for(lambda: self.looks > after, WAIT_SECONDS)

    def _heed(self, told: Told) -> None:
        self._boards.ledger = ledger_from(told.body)
        self._boards.by_hand = told.body["by_hand"]
        self._plans.plan = plan_from(told.body)
        self.ended = ended_from(told.body)

    def _follow(self, stand: Stand, told: Told | None, led: bool) -> None:
        if told is None and stand.data_at and stand.data_at > self._now():
            stand = replace(stand, data_at=None)  # the clock was set back: so old is nothing known
        sport, position = stand.sport, stand.position
        before, here = self._boards.facts(sport), self._boards.stream(sport).board.position
        hear = partial(_facts, stand=stand, told=told, led=led)
        facts = hear(before)
        is_ahead = position is not None and (
            position.epoch != here.epoch or position.version > here.version
        )
        if is_ahead:
            self._advance(sport, here, hear)
        elif _shown(facts) != _shown(before):
            with self._boards.lock:
                self._learn(sport, hear)
                self._teller().status(sport)
        elif facts is not before:
            self._learn(sport, hear)

    def _advance(self, sport: str, here: Position, hear: Hear) -> None:
        """Tell what led from `here` to what is stored; the board whole where that is not known."""
        updates, confirmed = updates_since(sport, here)

        def hear_all(facts: Facts) -> Facts:
            return replace(hear(facts), confirmed=confirmed)

        if updates is None or not self._tell(sport, updates, hear_all):
            self._reload(sport, hear_all)

    def _tell(self, sport: str, updates: list[wire.Update], hear: Hear) -> bool:
        boards = self._boards
        with boards.lock:
            for update in updates:
                stream = boards.stream(sport)
                if update.version <= stream.board.version:
                    continue  # the poll of this process has told it meanwhile
                following = stream.told(update, self._keep)
                if following is None:
                    called = named("misfit", sport=sport, version=update.version)
                    words = "version %s of %s does not fit the last"
                    log.error(words, update.version, sport, extra=called)
                    return False
                boards.swap(following)
                self._learn(sport, hear)
                self._teller().update(sport, update)
                self.count["updates"] += 1
        return True

    def _reload(self, sport: str, hear: Hear) -> None:
        stream, _ = load_stream(sport, self._keep)
        with self._boards.lock:
            here, there = self._boards.stream(sport).board, stream.board
            if here.epoch == there.epoch and here.version >= there.version:
                return
            self._boards.swap(stream)
            self._learn(sport, hear)
            self._teller().snapshot(sport)
            self.count["boards"] += 1

    def _learn(self, sport: str, hear: Hear) -> None:
        """Of what is known now: since the database was asked, polls of this process may have ended."""
        facts = hear(self._boards.facts(sport))
        self._boards.learn(sport, **{name: getattr(facts, name) for name in facts.__slots__})


def _facts(facts: Facts, stand: Stand, told: Told | None, led: bool) -> Facts:
    """What is to be known of a feed here. Without a bulletin of another this process knows."""
    if told is None:
        is_newer = stand.data_at and (facts.data_at is None or stand.data_at > facts.data_at)
        return replace(facts, data_at=stand.data_at) if is_newer else facts
    found = facts_from(told.body, stand.sport, replace(facts, data_at=stand.data_at))
    if stand.data_at and told.at < stand.data_at:
        found = replace(found, failure=None)  # a poll has succeeded since
    if not led:
        found = replace(found, running=False)  # whoever polled is gone
    return facts if found == facts else found


def _shown(facts: Facts) -> tuple[Any, ...]:
    """What of it viewers see."""
    return (
        facts.data_at,
        facts.failure,
        facts.polling,
        facts.next_poll_at,
        facts.because,
        facts.scores,
    )
