"""Props and alternates of an event: paid for once for all viewers, and kept fresh while it is worth it.

Featured markets are polled for whole sports; these are had for single events, and only where somebody
asks for them.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from linefinder.board import Boards
from linefinder.domain.errors import BudgetExhausted, ProviderError, Refused
from linefinder.domain.odds import starts_at
from linefinder.domain.planner.sheets import Scarcity, is_due
from linefinder.domain.quota import LOOK_COST
from linefinder.parts.polling import Loaded
from linefinder.polling.beside import Beside, Keep, Read, credits_of
from linefinder.provider.client import Answer, Provider
from linefinder.provider.props import read_offered, read_sheets
from linefinder.store import sheets
from linefinder.store.write import Run

LOOKED_WITHIN = timedelta(hours=1)
"""So long it is not asked again which markets there are."""
WATCHED_WITHIN = timedelta(seconds=90)
"""Pages that show markets ask for them more often."""
REST = timedelta(minutes=5)
"""How long an event is left alone whose markets could not be had."""
MOST_MARKETS = 30
"""Of one event at once."""


class Watched(NamedTuple):
    """Markets of an event that somebody looks at: since when they are as they are, and their lines."""

    sport: str
    event: str
    markets: list[str]
    at: datetime
    lines: int


class Props:
    """`groups`: credits for one market; `cooldown`: seconds in which nobody pays for the same again."""

    def __init__(
        self,
        provider: Provider,
        beside: Beside,
        boards: Boards,
        now: Callable[[], datetime],
        groups: int,
        cooldown: float,
    ) -> None:
        self._provider, self._beside = provider, beside
        self._boards, self._now = boards, now
        self._groups, self._cooldown = groups, timedelta(seconds=cooldown)
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._resting: dict[str, datetime] = {}
        self.allow: Callable[[], None] = lambda: None
        """Called before something is paid for by hand; it raises Refused where that was too often."""
        self.spent: Callable[[], None] = lambda: None
        """Called when something was paid for, so that the polls are planned anew."""

    def look(self, sport: str, event: str) -> Loaded:
        """Find out which markets an event has; free where that is known."""
        with self._locks[event]:
            known = sheets.offered(event)
            if known and self._now() - known.at < LOOKED_WITHIN:
                return self._loaded(0)
            self.allow()
            asking = partial(self._provider.event_markets, sport, event)
            run = self._run(sport, event, "markets")
            return self._pay(run, asking, LOOK_COST, partial(self._offered, sport, event))

    def load(self, sport: str, event: str, markets: Collection[str]) -> Loaded:
        """Load markets of an event, without those that have just been loaded."""
        if not 0 < len(markets) <= MOST_MARKETS:
            raise Refused("bad_request", f"name 1 to {MOST_MARKETS} markets")
        came = self._now()
        with self._locks[event]:  # who waited here may find that it has just been done
            now = self._now()
            since = min(came, now - self._cooldown)
            fresh = {one.market for one in sheets.sheets(event, markets) if one.at >= since}
            missing = [market for market in markets if market not in fresh]
            sheets.note_wanted(event, markets, now)
            if not missing:
                return self._loaded(0)
            self.allow()
            return self._load(sport, event, missing, manual=True)

    def tend(self, scarcity: Callable[[str], Scarcity]) -> None:
        """Load anew what somebody looks at, where it is worth its price."""
        for watched in _watched(sheets.wanted(self._now() - WATCHED_WITHIN)):
            with self._locks[watched.event]:
                if self._is_due(watched, scarcity(watched.sport)):
                    try:
                        self._load(watched.sport, watched.event, watched.markets, manual=False)
                    except BudgetExhausted:
                        return  # what is left is for polls and for those who ask by hand
                    except ProviderError:
                        self._resting[watched.event] = self._now() + REST
                        raise

    def _is_due(self, watched: Watched, scarcity: Scarcity) -> bool:
        now, event = self._now(), self._boards.stream(watched.sport).board.events.get(watched.event)
        if event is None or now < self._resting.get(watched.event, now):
            return False
        times = (starts_at(event).timestamp(), watched.at.timestamp(), now.timestamp())
        return is_due(watched.lines, *times, len(watched.markets) * self._groups, scarcity)

    def _load(self, sport: str, event: str, markets: list[str], manual: bool) -> Loaded:
        self._boards.check_format(sport)
        asking = partial(self._provider.event_odds, sport, event, markets)
        run, cost = self._run(sport, event, "props", manual), len(markets) * self._groups
        return self._pay(run, asking, cost, partial(self._sheets, sport, event, markets))

    def _run(self, sport: str, event: str, what: str, manual: bool = True) -> Run:
        now, version = self._now(), self._boards.stream(sport).board.version
        return Run(sport, manual, now, now, "ok", version, note=event[:64], what=what)

    def _pay(self, run: Run, asking: Callable[[], Answer], cost: int, read: Read) -> Loaded:
        try:
            run = self._beside.pay(run, asking, cost, read)
        except ProviderError:
            self.spent()
            raise
        self.spent()
        return self._loaded(credits_of(run))

    def _offered(self, sport: str, event: str, body: bytes) -> tuple[int, Keep]:
        found = sheets.Offered(self._now(), read_offered(body))
        return 0, lambda connection: sheets.keep_offered(connection, sport, event, found)

    def _sheets(
        self, sport: str, event: str, markets: Iterable[str], body: bytes
    ) -> tuple[int, Keep]:
        """Of a market that nobody offers any more it is kept that it is empty."""
        read, now = read_sheets(body), self._now()
        odds_format = self._boards.stream(sport).board.odds_format
        kept = [
            sheets.kept_of(
                sport, event, market, read.sheets.get(market, {}), now, odds_format,
                confirmed=read.stamps.get(market),
            )
            for market in markets
        ]  # fmt: skip
        return sum(one.lines for one in kept), lambda connection: sheets.keep_sheets(
            connection, kept
        )

    def _loaded(self, credits_: int) -> Loaded:
        return Loaded(credits_, self._boards.ledger.remaining)


def _watched(kept: Iterable[sheets.Kept]) -> list[Watched]:
    """By event: markets that are watched together are had together, as old as the oldest of them."""
    found = []
    for event, group in groupby(kept, attrgetter("event")):
        of = list(group)
        oldest, lines = min(one.at for one in of), sum(one.lines for one in of)
        found.append(Watched(of[0].sport, event, [one.market for one in of], oldest, lines))
    return found
