"""What one poll changed, as rules ask for it: each answer is found once, however many rules ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from linefinder.domain.edges import Edge, edges_of
from linefinder.domain.finder import Find, finds_of
from linefinder.domain.moves import Move, Moves, Steam, Way
from linefinder.domain.odds import Events, starts_at
from linefinder.domain.offers import Terms, offers_of
from linefinder.domain.rules import Rule


@dataclass
class Step:
    """The boards of the polls at `since` and `now`, how their lines compare,
    seconds since each book's were confirmed, the moves that can be told, and all moves. `is_first`: the
    sport had no board before."""

    sport: str
    before: Events
    after: Events
    since: datetime
    now: datetime
    terms: Terms
    ages: Mapping[str, float]
    moves: Moves
    told: list[Move]
    is_first: bool = False
    _steam: dict[tuple[Way, int, float], Steam | None] = field(default_factory=dict)
    _opened: dict[tuple[str, str | None], dict[str, tuple[str, ...]]] = field(default_factory=dict)
    _edges: dict[tuple[str, bool], list[Edge]] = field(default_factory=dict)
    _finds: dict[tuple[str, bool, frozenset[str]], list[Find]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        same = self.before
        self.changed = [key for key, event in self.after.items() if same.get(key) != event]
        self.ways = sorted(self.moves.moved_at(self.now), key=lambda way: way.up)

    @property
    def late(self) -> float:
        return (self.now - self.since).total_seconds()

    def events(self, rule: Rule, all_: bool) -> Iterable[str]:
        """Those that a rule is about: what changed, or all there are."""
        if rule.event is not None:
            found = rule.event in (self.after if all_ else self.changed)
            return [rule.event] if found else []
        return self.after if all_ else self.changed

    def steam(self, way: Way, rule: Rule) -> Steam | None:
        """The same for every rule that asks the same."""
        asked = way, rule.books, rule.seconds
        if asked not in self._steam:
            frame = timedelta(seconds=rule.seconds)
            self._steam[asked] = self.moves.steam(way, rule.books, frame, self.now)
        return self._steam[asked]

    def opened(self, key: str, bookmaker: str | None) -> dict[str, tuple[str, ...]]:
        """{market: bookmakers} of what an event had not before (of one bookmaker, or of any)."""
        if (key, bookmaker) not in self._opened:
            had = _posted(self.before.get(key, {}), bookmaker)
            has = _posted(self.after[key], bookmaker)
            self._opened[key, bookmaker] = {
                market: books for market, books in has.items() if market not in had
            }
        return self._opened[key, bookmaker]

    def edges(self, key: str, was: bool) -> list[Edge]:
        """The edges of an event, before the poll or after it; those of a faulty price are none."""
        if (key, was) not in self._edges:
            event = (self.before if was else self.after).get(key)
            offers = offers_of(event["lines"], self.terms) if event else {}
            edges = edges_of(event, offers, self.ages, self.now) if event else []
            self._edges[key, was] = [edge for edge in edges if not edge.fault and edge.gap is None]
        return self._edges[key, was]

    def finds(self, key: str, was: bool, mine: frozenset[str]) -> list[Find]:
        """What is found in an event at some books, before the poll or after it; none in play, none of a
        book that lags, nothing too good to be true."""
        if (key, was, mine) not in self._finds:
            event = (self.before if was else self.after).get(key)
            terms, finds = replace(self.terms, mine=mine), []
            if event is not None and starts_at(event) > self.now:
                finds = finds_of(self.sport, key, event, self.ages, terms)
            sound = [found for found in finds if not {"lag", "fault"} & set(found.doubts)]
            self._finds[key, was, mine] = sound
        return self._finds[key, was, mine]


def _posted(event: Mapping[str, Any], bookmaker: str | None) -> dict[str, tuple[str, ...]]:
    """{market: bookmakers that offer it}"""
    found: dict[str, tuple[str, ...]] = {}
    for book, markets in event.get("lines", {}).items():
        if bookmaker in (None, book):
            for market in markets:
                found[market] = (*found.get(market, ()), book)
    return found
