"""Matching what polls changed against the rules, in a job of its own."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from linefinder import wire
from linefinder.alerts.message import MOST_TOLD, Delivery, alert_dict
from linefinder.board import Boards
from linefinder.domain.compare import lagging, line_ages
from linefinder.domain.matching.alert import Alert
from linefinder.domain.matching.match import alerts_of
from linefinder.domain.matching.step import Step
from linefinder.domain.moves import Moves
from linefinder.domain.odds import Events
from linefinder.domain.offers import Terms
from linefinder.domain.rules import Rule, is_quiet
from linefinder.logs import current_poll, named, within_poll
from linefinder.store import past, told, watchers
from linefinder.store.told import Claim
from linefinder.store.watchers import KeptRule

log = logging.getLogger("linefinder.alerts")

LONGEST_QUEUE = 64
RESUMED_WITHIN = timedelta(minutes=15)
"""What a predecessor left unmatched for longer is no news any more."""
RULES_AT_ONCE = 10
"""After so many, others may go on."""


class Heard(NamedTuple):
    """What a poll left; `poll` is its id in the log, `version` the board's after it. `first`: when the
    first of the changes was stored."""

    sport: str
    before: Events
    after: Events
    since: datetime | None
    now: datetime
    poll: str | None
    version: int
    first: datetime


class Watching:
    """The alerts of this process. `tell` are the ways of delivery; none of them may wait. `terms`: how
    lines are compared, but for each board's own format and laggards."""

    def __init__(
        self, boards: Boards, now: Callable[[], datetime], terms: Terms | None = None
    ) -> None:
        self._boards, self._now = boards, now
        self._base = terms or Terms("american")
        self._queue: deque[Heard] = deque(maxlen=LONGEST_QUEUE)
        self._polled_at: dict[str, datetime] = {}
        self._moves: dict[str, Moves] = {}
        self._matched: dict[str, int] = {}
        self.tell: list[Callable[[Delivery], None]] = []

    def restore(self) -> None:
        """Know when the boards that were loaded are of."""
        for sport in self._boards.sports():
            data_at = self._boards.facts(sport).data_at
            if data_at is not None:
                self._polled_at.setdefault(sport, data_at)

    def resume(self) -> None:
        """Match what the process that polled before stored, and was killed before it matched it."""
        for sport in self._boards.sports():
            if any(heard.sport == sport for heard in self._queue):
                continue
            left, board, now = told.unmatched(sport), self._boards.stream(sport).board, self._now()
            if left is None or now - left.first > RESUMED_WITHIN:
                continue
            before = past.board_at(sport, left.after).board
            if before.epoch == board.epoch:
                changes = (before.events, board.events, left.after, now)
                self._queue.append(Heard(sport, *changes, None, board.version, left.first))

    def saw(self, sport: str, before: Events, after: Events, at: datetime) -> None:
        """A poll turned the board `before` into `after`: kept for the job, no more."""
        since = self._polled_at.get(sport)
        version = self._boards.stream(sport).board.version
        self._queue.append(Heard(sport, before, after, since, at, current_poll(), version, at))
        self._polled_at[sport] = at

    def work(self) -> None:
        """Each second: what polls left, then moves that have stood for a minute."""
        while self._queue:
            heard = self._queue.popleft()
            rules = watchers.rules_for(heard.sport)
            if rules:
                with within_poll(heard.poll):
                    self._tell(rules, self._step(heard), heard.first)
                self._note(heard)
            else:
                self._moves.pop(heard.sport, None)
        for sport, moves in list(self._moves.items()):
            stood = moves.told(self._boards.stream(sport).board.events, self._now())
            if stood:
                step = self._settled(sport, moves, stood)
                self._tell(watchers.rules_for(sport), step, step.now)

    def _note(self, heard: Heard) -> None:
        """Once its alerts are claimed, and not before: a successor goes on there."""
        if self._matched.get(heard.sport) != heard.version:
            told.note_matched(heard.sport, heard.version)
            self._matched[heard.sport] = heard.version

    def _step(self, heard: Heard) -> Step:
        sport, before, after, since, now, *_ = heard
        odds_format = self._boards.stream(sport).board.odds_format
        moves = self._moves.get(sport)
        if moves is None or moves.odds_format != odds_format:
            moves = self._moves[sport] = Moves(odds_format)
        found = moves.saw(before, after, since or now, now)
        terms, ages = self._terms(sport)
        return Step(
            sport, before, after, since or now, now, terms, ages, moves, found, since is None
        )

    def _settled(self, sport: str, moves: Moves, stood: list[Any]) -> Step:
        """A step in which nothing changed, but moves that have stood can be told."""
        events, now = self._boards.stream(sport).board.events, self._now()
        terms, ages = self._terms(sport)
        return Step(sport, events, events, now, now, terms, ages, moves, stood)

    def _terms(self, sport: str) -> tuple[Terms, dict[str, float]]:
        feed = self._boards.judge(sport, self._now())
        odds_format = self._boards.stream(sport).board.odds_format
        terms = replace(self._base, odds_format=odds_format, out=lagging(feed.ages))
        return terms, line_ages(feed, self._now())

    def _tell(self, rules: list[KeptRule], step: Step, first: datetime) -> None:
        found = [match for match in _matches(rules, step) if _is_news(*match, first)]
        claimed = told.claim([self._claim(kept, alert) for kept, alert in found], step.now)
        bodies: dict[str, list[Any]] = {}
        owners = {kept.id: kept.watcher for kept in rules}
        for one in claimed:
            bodies.setdefault(owners[one.rule_id], []).append(wire.decode(one.body))
        for watcher, alerts in bodies.items():
            quiet = is_quiet(watchers.quiet_hours(watcher), step.now)
            more = max(0, len(alerts) - MOST_TOLD)
            for tell in self.tell:
                tell(Delivery(watcher, tuple(alerts[:MOST_TOLD]), more, quiet))
        if claimed:
            counts = {"alerts": len(claimed), "browsers": len(bodies)}
            log.info(
                "%s alerts about %s for %s browsers",
                len(claimed),
                step.sport,
                len(bodies),
                extra=named("alerted", sport=step.sport, **counts),
            )

    def _claim(self, kept: KeptRule, alert: Alert) -> Claim:
        rule, board = rule_of(kept.body), self._boards.stream(alert.sport).board
        body = wire.encode(alert_dict(kept.key, rule, alert, board)).decode()
        return Claim(kept.id, alert.about, rule.cooldown, body)


def _matches(rules: Iterable[KeptRule], step: Step) -> Iterator[tuple[KeptRule, Alert]]:
    for number, kept in enumerate(rules):
        if number % RULES_AT_ONCE == RULES_AT_ONCE - 1:
            time.sleep(0)  # thousands of rules must not hold up who waits for a board
        alerts = alerts_of(rule_of(kept.body), kept.made_at, step)
        yield from ((kept, alert) for alert in alerts)


def _is_news(kept: KeptRule, alert: Alert, now: datetime) -> bool:
    """A market that was away for a while and comes back is no opener; the history knows."""
    if alert.kind != "opener":
        return True
    bookmaker = rule_of(kept.body).bookmaker
    return not told.was_posted(alert.sport, alert.event, alert.market, bookmaker, now)


@lru_cache(maxsize=watchers.RULES_IN_ALL)
def rule_of(body: str) -> Rule:
    """A kept rule; each text is read once."""
    return msgspec.json.decode(body, type=Rule)


def body_of(rule: Rule) -> str:
    """A rule as it is kept."""
    return wire.encode(rule).decode()
