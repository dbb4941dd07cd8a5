"""Rules against what a poll changed: the alerts.

An alert is told when something becomes so, not while it is so; a rule that is younger than the last
poll hears of what is so already, but of a find: these are many, and listed where the rule is made.
`about` names what an alert is about, whatever its values: within a
rule's cool-down the same is told once, whichever process saw it and however often it started anew.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from linefinder.domain.compare import merit, reaches
from linefinder.domain.edges import Edge, Leg, edges_of
from linefinder.domain.finder import Find, finds_of
from linefinder.domain.moves import Move, Moves, Steam, Way, size
from linefinder.domain.odds import Events, Line, starts_at
from linefinder.domain.offers import Terms, offers_of
from linefinder.domain.price import is_offered, to_american, to_decimal
from linefinder.domain.rules import Rule

NEARLY = 1e-9


@dataclass(frozen=True, slots=True)
class Alert:
    """What a rule has to tell. `bookmakers`: whose lines; `line` and `was`: of the first of them;
    `profit` and `legs`: of an edge or a find, and `found` the kind of that; `late`: seconds before `at`
    in which it may have come already."""

    kind: str
    sport: str
    event: str
    market: str
    at: datetime
    late: float
    about: str
    outcome: str | None = None
    bookmakers: tuple[str, ...] = ()
    line: Line | None = None
    was: Line | None = None
    profit: float | None = None
    legs: tuple[Leg, ...] = ()
    found: str = ""


@dataclass
class Step:
    """What one poll changed: the boards of the polls at `since` and `now`, how their lines compare,
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


def alerts_of(rule: Rule, made_at: datetime, step: Step) -> list[Alert]:
    """What a rule has to tell of a step, each thing once."""
    is_new = made_at > step.since
    found: dict[str, Alert] = {}
    for alert in MATCHERS[rule.kind](rule, step, is_new):
        found.setdefault(alert.about, alert)
    return list(found.values())


def _targets(rule: Rule, step: Step, is_new: bool) -> Iterator[Alert]:
    target = (_price(rule, step.terms.odds_format), rule.point)
    market, outcome = str(rule.market), str(rule.outcome)
    for key in step.events(rule, is_new):
        there = _reaching(step.after[key], rule, target, step.terms)
        before = {} if is_new else step.before.get(key, {})
        if there and not _reaching(before, rule, target, step.terms):
            best = max(there, key=lambda book: merit(market, outcome, there[book]))
            books = (best, *(book for book in there if book != best))
            lines = before.get("lines", {}).get(best, {})
            yield Alert(
                "target", step.sport, key, market, step.now, step.late,
                _about(key, market, outcome, rule.bookmaker), outcome, books, there[best],
                lines.get(market, {}).get(outcome),
            )  # fmt: skip


def _reaching(event: Mapping[str, Any], rule: Rule, target: Line, terms: Terms) -> dict[str, Line]:
    """{bookmaker: line} of those that do not lag and are as good as the target."""
    found = {}
    market, outcome = str(rule.market), str(rule.outcome)
    for book, markets in event.get("lines", {}).items():
        line = markets.get(market, {}).get(outcome)
        if line is None or book in terms.out or rule.bookmaker not in (None, book):
            continue
        if is_offered(line[0], terms.odds_format) and reaches(market, outcome, line, target):
            found[book] = line
    return found


def _openers(rule: Rule, step: Step, is_new: bool) -> Iterator[Alert]:
    for key in () if step.is_first else step.events(rule, False):
        for market, books in step.opened(key, rule.bookmaker).items():
            if rule.market in (None, market):
                about = _about(key, market, rule.bookmaker)
                yield Alert(
                    "opener", step.sport, key, market, step.now, step.late, about, None, books
                )


def _posted(event: Mapping[str, Any], bookmaker: str | None) -> dict[str, tuple[str, ...]]:
    """{market: bookmakers that offer it}"""
    found: dict[str, tuple[str, ...]] = {}
    for book, markets in event.get("lines", {}).items():
        if bookmaker in (None, book):
            for market in markets:
                found[market] = (*found.get(market, ()), book)
    return found


def _moves(rule: Rule, step: Step, is_new: bool) -> Iterator[Alert]:
    moved: dict[Way, list[Move]] = {}
    for move in step.told:
        key = move.key
        asked = (rule.event, rule.market, rule.outcome, rule.bookmaker)
        told = (key.event, key.market, key.outcome, key.bookmaker)
        fits = all(want in (None, is_) for want, is_ in zip(asked, told, strict=True))
        if fits and _is_far(rule, move, step.terms.odds_format):
            moved.setdefault(move.way, []).append(move)
    for way in sorted(moved, key=lambda way: way.up):
        yield _moved("move", rule, step, way, moved[way])


def _is_far(rule: Rule, move: Move, odds_format: str) -> bool:
    """Whether the way since it began has come to another multiple of what the rule waits for."""
    went = size(move.start, move.was, odds_format)
    goes = size(move.start, move.line, odds_format)
    return any(
        wanted and math.floor(now / wanted + NEARLY) > math.floor(before / wanted + NEARLY)
        for wanted, before, now in zip((rule.points, rule.chance), went, goes, strict=True)
    )


def _steam(rule: Rule, step: Step, is_new: bool) -> Iterator[Alert]:
    for way in step.ways:
        asked, told = (rule.event, rule.market, rule.outcome), way[:3]
        if all(want in (None, is_) for want, is_ in zip(asked, told, strict=True)):
            steam = step.steam(way, rule)
            if steam:
                yield _moved("steam", rule, step, way, steam.moves)


def _moved(kind: str, rule: Rule, step: Step, way: Way, moves: Iterable[Move]) -> Alert:
    """Both sides of a market move at once: where the rule names none, the shorter one is told."""
    named = (way.outcome, str(way.up)) if rule.outcome else ()
    moves = list(moves)
    since = min(move.since for move in moves)
    return Alert(
        kind, step.sport, way.event, way.market, step.now, (step.now - since).total_seconds(),
        _about(way.event, way.market, rule.bookmaker, *named), way.outcome,
        tuple(move.key.bookmaker for move in moves), moves[0].line, moves[0].was,
    )  # fmt: skip


def _edges(rule: Rule, step: Step, is_new: bool) -> Iterator[Alert]:
    kinds = ("arbitrage",) if rule.kind == "arbitrage" else ("arbitrage", "low_hold")
    least = rule.profit if rule.profit is not None else -1.0

    def those(key: str, was: bool) -> dict[str, Edge]:
        edges = () if was and is_new else step.edges(key, was)
        fitting = [edge for edge in edges if edge.kind in kinds and edge.profit >= least]
        return {edge.market: edge for edge in reversed(fitting)}

    for key in step.events(rule, is_new):
        stood = those(key, was=True)
        for market, edge in those(key, was=False).items():
            if market not in stood and rule.market in (None, market):
                books = tuple(leg.bookmaker for leg in edge.legs)
                yield Alert(
                    rule.kind, step.sport, key, market, step.now, step.late, _about(key, market),
                    bookmakers=books, profit=edge.profit, legs=edge.legs,
                )  # fmt: skip


def _finds(rule: Rule, step: Step, is_new: bool) -> Iterator[Alert]:
    mine, least = frozenset(rule.mine), -1.0 if rule.edge is None else rule.edge

    def those(key: str, was: bool) -> dict[str, Find]:
        finds = step.finds(key, was, mine)
        return {
            _about(key, found.market, *_told_of(found)): found
            for found in finds
            if found.edge >= least
            and (not rule.kinds or found.kind in rule.kinds)
            and rule.market in (None, found.market)
        }

    for key in step.events(rule, False):
        stood = those(key, was=True)
        for about, found in those(key, was=False).items():
            if about not in stood:
                yield _found(step, about, found)


def _told_of(found: Find) -> list[str]:
    """What a find is about, whatever its figures."""
    bets = [f"{bet.outcome} {bet.point}" for bet in found.bets]
    return [found.kind, *bets, *(bet.bookmaker for bet in found.bets[:1] if len(bets) == 1)]


def _found(step: Step, about: str, found: Find) -> Alert:
    bets, first = found.bets, found.bets[0]
    single = len(bets) == 1
    return Alert(
        "find", step.sport, found.event, found.market, step.now, step.late, about,
        first.outcome if single else None, tuple(bet.bookmaker for bet in bets),
        (first.price, first.point) if single else None, profit=found.edge,
        legs=tuple(
            Leg(bet.outcome, bet.bookmaker, bet.price, bet.point, bet.stake, bet.age)
            for bet in bets
        ),
        found=found.kind,
    )  # fmt: skip


MATCHERS: dict[str, Callable[[Rule, Step, bool], Iterator[Alert]]] = {
    "target": _targets,
    "opener": _openers,
    "move": _moves,
    "steam": _steam,
    "arbitrage": _edges,
    "low_hold": _edges,
    "find": _finds,
}


def _price(rule: Rule, odds_format: str) -> float:
    """The target in the board's format."""
    price = rule.price or 0.0
    if rule.odds_format == odds_format:
        return price
    change = to_decimal if odds_format == "decimal" else to_american
    return change(price, rule.odds_format)


def _about(*parts: str | None) -> str:
    """A short name for what an alert is about, the same in every process."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
