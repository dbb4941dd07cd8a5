"""The pipeline, in order: fetch -> normalise -> advance -> record and commit -> swap -> tell.

Compute, commit, swap, tell: a failed commit leaves memory and browsers as they were, and nobody hears
of what is not stored.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol

from linefinder import wire
from linefinder.board import EMPTY_EPOCH, Boards
from linefinder.domain import quota
from linefinder.domain.delta import line_changes
from linefinder.domain.errors import (
    BrokenAnswer,
    KeyRefused,
    OutOfCredits,
    ProviderError,
    StoreConflict,
    StoreError,
)
from linefinder.domain.odds import Events, Odds, parse_time
from linefinder.domain.stream import advance
from linefinder.logs import named, new_poll_id
from linefinder.provider.client import Answer, Provider
from linefinder.provider.links import links_of
from linefinder.provider.normalise import Seen, normalise
from linefinder.purse import Purse
from linefinder.store.read import load_stream
from linefinder.store.step import Step
from linefinder.store.write import Recorder, Run

log = logging.getLogger("linefinder.poll")

NO_EVENTS = Odds({}, {}, {})


class Teller(Protocol):
    """Who tells the rooms."""

    def update(self, sport: str, update: wire.Update) -> None: ...

    def status(self, sport: str) -> None: ...

    def status_if_changed(self, sport: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer, ready to be taken over; `usage` None where nothing was paid."""

    odds: Odds
    usage: quota.Usage | None


@dataclass
class Errand:
    """A run for one sport, from its first try to what is told of it. paid: credits of all its tries;
    planned: the next poll has been put in its place; id: what the log calls it."""

    sport: str
    manual: bool
    started: datetime
    tries: int = 0
    paid: int = 0
    planned: bool = False
    id: str = field(default_factory=new_poll_id)

    def pay(self, usage: quota.Usage | None) -> None:
        self.paid += (usage.last or 0) if usage else 0

    def cost(self, usage: quota.Usage | None) -> quota.Usage | None:
        """The account after the last try, with what all tries cost; None where nothing was asked."""
        return (usage or quota.Usage())._replace(last=self.paid) if usage or self.paid else None


class Poller:
    """One poll of one sport. Whether and when is decided elsewhere (runs.py, jobs.py)."""

    def __init__(
        self,
        provider: Provider,
        boards: Boards,
        recorder: Recorder,
        teller: Teller,
        now: Callable[[], datetime],
        cost: int,
        keep: int,
    ) -> None:
        self.provider, self.boards, self.recorder, self.teller = provider, boards, recorder, teller
        self.now, self.keep = now, keep
        self.ended: Counter[tuple[str, str]] = Counter()
        """How many polls of a sport have ended how, since the start."""
        self.purse = Purse(boards, now, cost, lambda: self.look())
        self._seen: defaultdict[str, Seen] = defaultdict(Seen)
        self.saw: Callable[[str, Events, Events, datetime], None] = lambda *_: None
        """Called with the events before and after a poll, before the next is planned."""
        self.listeners: list[Callable[[str, Events, Events, datetime], None]] = []
        """Called with the same once they are told; they may not wait."""
        self.after: Callable[[str], None] = lambda sport: None
        """Called when a poll has ended, so that the next is planned before this one is told."""
        self.catch_up: Callable[[str], None] = lambda sport: None
        """Called where another process was first: it takes the board where the database's is."""
        self.link_hosts: Mapping[str, str] = {}
        """Where links may lead, by bookmaker; empty where none are asked for."""
        self.link_state = ""
        """What fills `{state}` in links."""
        self.posted: Callable[[], None] = lambda: None
        """Called when this process's clients have been told, so that the others' are."""
        self.at_once: Callable[[str], None] = lambda sport: None
        """Called where a sport that could not be polled can be again."""

    def fetch(self, errand: Errand) -> Fetched:
        """One try. A board without events asks `/events` first, which is free."""
        errand.tries += 1
        sport = errand.sport
        called = named("asking", sport=sport, tries=errand.tries, manual=errand.manual)
        log.debug("asking for %s, try %s", sport, errand.tries, extra=called)
        is_empty = not self.boards.stream(sport).board.events
        if is_empty and not self.purse.ask(partial(self.provider.events, sport)):
            return Fetched(NO_EVENTS, None)
        try:
            asking = partial(self.provider.odds, sport)
            answer = self.purse.pay(asking, self.purse.poll_cost(), errand.manual)
        except ProviderError as error:
            errand.pay(error.usage)
            raise
        errand.pay(answer.usage)
        return self.read(sport, answer)

    def read(self, sport: str, answer: Answer) -> Fetched:
        """The odds of an answer; one that is broken has cost its credits all the same."""
        try:
            fetched = Fetched(normalise(answer.body, self._seen[sport]), answer.usage)
        except BrokenAnswer as error:
            error.usage = answer.usage
            raise
        if self.link_hosts:
            self.boards.links[sport] = links_of(answer.body, self.link_hosts, self.link_state)
        return fetched

    def take(self, errand: Errand, fetched: Fetched) -> bool:
        """Make an answer the board: advance, record and commit, swap, tell. True where it changed."""
        sport, odds, now = errand.sport, fetched.odds, self.now()
        stream = self.boards.stream(sport)
        board, texts, delta = advance(stream.board, stream.texts, odds, now)
        update = wire.update_of(board.epoch, delta) if delta else None
        step = None
        if delta and update:
            changes = list(line_changes(stream.board.events, board.events, delta.patch))
            step = Step(stream.board, board, delta.patch, changes, update)
        run = Run(
            sport,
            errand.manual,
            errand.started,
            now,
            "ok" if fetched.usage else "no_events",
            board.version,
            errand.tries,
            errand.cost(fetched.usage),
            changes=len(step.changes) if step else 0,
            note="; ".join(odds.left_out)[:500] or None,
        )
        self._record(run, odds, step)
        self.ended[sport, run.outcome] += 1
        self.saw(sport, stream.board.events, board.events, now)
        self.boards.learn(sport, failure=None)
        self.plan_next(errand)
        with self.boards.lock:
            # what is committed can be seen by whoever follows the database: it may be told already
            is_news = update is not None and self.boards.stream(sport) is stream
            if update and is_news:
                self.boards.swap(stream.following(board, texts, update, self.keep))
            self.boards.learn(sport, data_at=now, failure=None, confirmed=odds.confirmed)
            if update and is_news:
                self.teller.update(sport, update)
            else:
                self.teller.status(sport)
        self.posted()
        for hear in self.listeners:
            hear(sport, stream.board.events, board.events, now)
        _say(run, self.boards.ledger)
        return delta is not None

    def plan_next(self, errand: Errand) -> None:
        """Have the next poll of an errand's sport planned, once."""
        if not errand.planned:
            errand.planned = True
            self.after(errand.sport)

    def fail(self, errand: Errand, error: ProviderError) -> None:
        """Record that a poll got no answer, and tell why the data is old now."""
        sport = errand.sport
        self.ended[sport, error.reason] += 1
        self.boards.learn(sport, failure=error.reason)
        self.plan_next(errand)
        if isinstance(error, KeyRefused | OutOfCredits):
            self._fail_all(error.reason)
        self.teller.status_if_changed(sport)
        called = named("poll_failed", sport=sport, reason=error.reason, tries=errand.tries)
        log.warning("poll of %s failed: %s", sport, error, extra=called)
        run = Run(
            sport,
            errand.manual,
            errand.started,
            self.now(),
            error.reason,
            self.boards.stream(sport).board.version,
            errand.tries,
            errand.cost(error.usage),
            note=str(error)[:500],
        )
        try:
            self.recorder.record_failure(run, error.reason)
        except StoreError as refused:
            called = named("failure_unstored", sport=sport)
            log.warning("that %s failed is not recorded: %s", sport, refused, extra=called)
        self.posted()

    def lose(self, errand: Errand, error: StoreError) -> None:
        """The database refused an answer: the board stays as it was, and says that it is old."""
        sport, now = errand.sport, self.now()
        log.error(
            "the poll of %s is lost, the database refused it: %s",
            sport,
            error,
            extra=named("poll_lost", sport=sport),
        )
        self.ended[sport, "store_error"] += 1
        self.boards.learn(sport, failure="store_error")
        self.plan_next(errand)
        self.teller.status_if_changed(sport)
        version, paid = self.boards.stream(sport).board.version, errand.cost(None)
        run = Run(
            sport, errand.manual, errand.started, now, "store_error", version, errand.tries, paid
        )
        with suppress(StoreError):  # it was paid for: if the database can, it shall say so
            self.recorder.record_loss(run)

    def look(self) -> None:
        """Ask `/sports`, which is free: the quota, and which sports are in season."""
        sports = self.purse.ask(self.provider.sports, looks=True)
        known = {sport.key: (sport.title or sport.key, sport.active) for sport in sports}
        self.boards.titles.update({key: title for key, (title, _) in known.items()})
        self.boards.active.update({key: active for key, (_, active) in known.items()})
        self.recorder.learn_sports(known)
        self.forgive_credits()

    def fixtures(self, sport: str) -> dict[str, datetime]:
        """{event: start} of a sport's coming events, which is free."""
        events = self.purse.ask(partial(self.provider.events, sport))
        starts = {}
        for event in events:
            with suppress(ValueError):
                starts[event.id] = parse_time(event.commence_time)
        return starts

    def open(self, sport: str) -> None:
        """Give a known sport a board of its own (an epoch) before its first poll."""
        if self.boards.stream(sport).board.epoch != EMPTY_EPOCH:
            return
        title = self.boards.titles.get(sport, sport)
        active = self.boards.active.get(sport, True)
        self.recorder.learn_sports({sport: (title, active)})
        odds_format = self.boards.stream(sport).board.odds_format
        self.recorder.begin_epoch(sport, odds_format, self.now(), clear=False)
        self.boards.swap(load_stream(sport, self.keep)[0])

    def _record(self, run: Run, odds: Odds, step: Step | None) -> None:
        try:
            self.recorder.record(run, odds.confirmed, step)
        except StoreConflict:
            self.catch_up(run.sport)  # another process got there first: what it stored is the truth
            raise

    def forgive(self, sport: str, reason: str) -> None:
        """What kept a sport from being polled is over: it is planned again, and told so."""
        if self.boards.facts(sport).failure == reason:
            self.boards.learn(sport, failure=None)
            self.at_once(sport)
            self.teller.status_if_changed(sport)

    def forgive_credits(self) -> None:
        """There are credits again: no sport is out of them."""
        if quota.fits(self.boards.ledger, self.purse.poll_cost()):
            for sport in self.boards.sports():
                self.forgive(sport, OutOfCredits.reason)

    def _fail_all(self, reason: str) -> None:
        """A dead key or an empty account stops every sport, and every board says so."""
        for sport in self.boards.sports():
            if self.boards.facts(sport).polling:
                self.boards.learn(sport, failure=reason)
                self.teller.status_if_changed(sport)


def _say(run: Run, ledger: quota.Ledger) -> None:
    usage = run.usage or quota.Usage()
    log.info(
        "polled %s: version %s, %s changes, %s credits, %s left%s",
        run.sport,
        run.version,
        run.changes,
        usage.last or 0,
        "?" if ledger.remaining is None else ledger.remaining,
        f" (left out: {run.note})" if run.note else "",
        extra=named(
            "polled",
            sport=run.sport,
            version=run.version,
            changes=run.changes,
            credits=usage.last or 0,
            left=ledger.remaining,
            tries=run.tries,
            manual=run.manual,
            seconds=(run.ended_at - run.started_at).total_seconds(),
            note=run.note,
        ),
    )
