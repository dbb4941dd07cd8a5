"""The pipeline, in order: fetch -> normalise -> advance -> record and commit -> swap -> tell.

Compute, commit, swap, tell: a failed commit leaves memory and browsers as they were, and nobody hears
of what is not stored.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from linefinder import wire
from linefinder.board import EMPTY_EPOCH, Boards
from linefinder.domain import quota
from linefinder.domain.errors import (
    KeyRefused,
    OutOfCredits,
    ProviderError,
    StoreConflict,
    StoreError,
)
from linefinder.domain.odds import Events, Odds
from linefinder.domain.stream import advance
from linefinder.logs import named
from linefinder.polling.errand import Errand, say_polled
from linefinder.polling.fetching import Fetched, Fetcher
from linefinder.store.read import load_stream
from linefinder.store.step import Step
from linefinder.store.write import Recorder, Run

log = logging.getLogger("linefinder.poll")


class Teller(Protocol):
    """Who tells the rooms."""

    def update(self, sport: str, update: wire.Update) -> None: ...

    def status(self, sport: str) -> None: ...

    def status_if_changed(self, sport: str) -> None: ...


class Poller:
    """One poll of one sport. Whether and when is decided elsewhere (runs.py, scheduling/jobs.py)."""

    def __init__(
        self,
        fetcher: Fetcher,
        boards: Boards,
        recorder: Recorder,
        teller: Teller,
        now: Callable[[], datetime],
        keep: int,
    ) -> None:
        self.fetch, self.read, self.fixtures = fetcher.fetch, fetcher.read, fetcher.fixtures
        self.provider, self.purse = fetcher.provider, fetcher.purse
        self.boards, self.recorder, self.teller = boards, recorder, teller
        self.now, self.keep = now, keep
        self.ended: Counter[tuple[str, str]] = Counter()
        """How many polls of a sport have ended how, since the start."""
        self.saw: Callable[[str, Events, Events, datetime], None] = lambda *_: None
        """Called with the events before and after a poll, before the next is planned."""
        self.listeners: list[Callable[[str, Events, Events, datetime], None]] = []
        """Called with the same once they are told; they may not wait."""
        self.after: Callable[[str], None] = lambda sport: None
        """Called when a poll has ended, so that the next is planned before this one is told."""
        self.catch_up: Callable[[str], None] = lambda sport: None
        """Called where another process was first: it takes the board where the database's is."""
        self.posted: Callable[[], None] = lambda: None
        """Called when this process's clients have been told, so that the others' are."""
        self.at_once: Callable[[str], None] = lambda sport: None
        """Called where a sport that could not be polled can be again."""

    def take(self, errand: Errand, fetched: Fetched) -> bool:
        """Make an answer the board: advance, record and commit, swap, tell. True where it changed."""
        sport, odds, now = errand.sport, fetched.odds, self.now()
        stream = self.boards.stream(sport)
        board, texts, delta = advance(stream.board, stream.texts, odds, now)
        step = Step.between(stream.board, board, delta) if delta else None
        run = fetched.run(errand, board.version, now, len(step.changes) if step else 0)
        self._record(run, odds, step)
        self.ended[sport, run.outcome] += 1
        self.saw(sport, stream.board.events, board.events, now)
        self.boards.learn(sport, failure=None)
        self.plan_next(errand)
        with self.boards.lock:
            # what is committed can be seen by whoever follows the database: it may be told already
            news = step.update if step and self.boards.stream(sport) is stream else None
            if news:
                self.boards.swap(stream.following(board, texts, news, self.keep))
            self.boards.learn(sport, data_at=now, failure=None, confirmed=odds.confirmed)
            self._tell(sport, news)
        self.posted()
        for hear in self.listeners:
            hear(sport, stream.board.events, board.events, now)
        say_polled(run, self.boards.ledger)
        return delta is not None

    def _tell(self, sport: str, news: wire.Update | None) -> None:
        if news:
            self.teller.update(sport, news)
        else:
            self.teller.status(sport)

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
        version, usage = self.boards.stream(sport).board.version, errand.cost(error.usage)
        note = str(error)[:500]
        run = errand.run(error.reason, version, self.now(), usage=usage, note=note)
        try:
            self.recorder.record_failure(run, error.reason)
        except StoreError as refused:
            called = named("failure_unstored", sport=sport)
            log.warning("that %s failed is not recorded: %s", sport, refused, extra=called)
        self.posted()

    def lose(self, errand: Errand, error: StoreError) -> None:
        """The database refused an answer: the board stays as it was, and says that it is old."""
        sport, now = errand.sport, self.now()
        words = "the poll of %s is lost, the database refused it: %s"
        log.error(words, sport, error, extra=named("poll_lost", sport=sport))
        self.ended[sport, "store_error"] += 1
        self.boards.learn(sport, failure="store_error")
        self.plan_next(errand)
        self.teller.status_if_changed(sport)
        version, paid = self.boards.stream(sport).board.version, errand.cost(None)
        run = errand.run("store_error", version, now, usage=paid)
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
