"""Asking the provider what a poll needs."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from linefinder.board import Boards
from linefinder.domain import quota
from linefinder.domain.errors import BrokenAnswer, ProviderError
from linefinder.domain.odds import Odds, parse_time
from linefinder.logs import named
from linefinder.polling.errand import Errand
from linefinder.polling.purse import Purse
from linefinder.provider.client import Answer, Provider
from linefinder.provider.links import links_of
from linefinder.provider.normalise import Seen, normalise
from linefinder.store.write import Run

log = logging.getLogger("linefinder.poll")

NO_EVENTS = Odds({}, {}, {})
NO_LINES = "no bookmaker has a line: are ODDS_BOOKMAKERS, ODDS_REGIONS and ODDS_MARKETS right?"


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer, ready to be taken over; `usage` None where nothing was paid."""

    odds: Odds
    usage: quota.Usage | None

    def run(self, errand: Errand, version: int, ended_at: datetime, changes: int) -> Run:
        """How the poll that got it went, for the record."""
        return errand.run(
            "ok" if self.usage else "no_events",
            version,
            ended_at,
            usage=errand.cost(self.usage),
            changes=changes,
            note=self._note(),
        )

    def _note(self) -> str | None:
        """What the operator should know of an answer that was paid for."""
        if self.odds.events and not self.odds.bookmakers and not self.odds.left_out:
            return NO_LINES
        return f"left out: {'; '.join(self.odds.left_out)}"[:500] if self.odds.left_out else None


class Fetcher:
    """What it pays for comes out of `purse`."""

    def __init__(self, provider: Provider, boards: Boards, purse: Purse) -> None:
        self.provider, self.purse, self._boards = provider, purse, boards
        self._seen: defaultdict[str, Seen] = defaultdict(Seen)
        self.link_hosts: Mapping[str, str] = {}
        """Where links may lead, by bookmaker; empty where none are asked for."""
        self.link_state = ""
        """What fills `{state}` in links."""

    def fetch(self, errand: Errand) -> Fetched:
        """One try. A board without events asks `/events` first, which is free."""
        errand.tries += 1
        sport = errand.sport
        called = named("asking", sport=sport, tries=errand.tries, manual=errand.manual)
        log.debug("asking for %s, try %s", sport, errand.tries, extra=called)
        is_empty = not self._boards.stream(sport).board.events
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
            self._boards.links[sport] = links_of(answer.body, self.link_hosts, self.link_state)
        return fetched

    def fixtures(self, sport: str) -> dict[str, datetime]:
        """{event: start} of a sport's coming events, which is free."""
        events = self.purse.ask(partial(self.provider.events, sport))
        starts = {}
        for event in events:
            with suppress(ValueError):
                starts[event.id] = parse_time(event.commence_time)
        return starts
