"""What is good right now: one list, over boards, of what is worth a look.

value       a line that pays more than the other books' consensus says it should
outlier     a line whose book stands apart from all others: a gift, or it has not followed yet
arbitrage   the best prices of all sides leave a profit (edges.py)
back_lay    the same of one outcome, backed at a book and laid at an exchange
middle      two lines between which both bets win (edges.py)
low_hold    the best prices of all sides cost next to nothing (edges.py)

Bets are made at the viewer's books, after commission; all other books still say what is fair. Every
find says how old its lines are and why it may be none. The twin of static/js/finder.js: both are held
to tests/fixtures/finder and to each other on whole recordings.

A find has two stages: what the lines say (`finds_on`), and what time adds (`seen_at`).

Sources: for the arithmetic of edges.py there; of a lay as a bet on all other outcomes, the exchange's
own (Betfair, Exchange rules: who lays at L risks L - 1 to win 1 less commission).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from linefinder.domain.apart import Judgement, judgements
from linefinder.domain.edges import FAULT, Edge, edges_whenever, stakes
from linefinder.domain.feed import limit
from linefinder.domain.odds import Board, starts_at
from linefinder.domain.offers import Offers, Sides, Terms, bettable, offers_of
from linefinder.domain.price import is_offered, to_decimal

KINDS = ("value", "arbitrage", "back_lay", "middle", "low_hold", "outlier")
DOUBTS = ("in_play", "old", "lag", "alone", "fault")
"""Why a find may be none: the event is in play; its data is beyond its limit of age; a book of it lags
the poll; at most one other book has its line; it is too good to be true."""
NOTABLE = 0.0005
"""A value below this, 0.05 % of the stake, is none."""


@dataclass(frozen=True, slots=True)
class Bet:
    """A bet of a find: at which line (the board's own price), which share of all that is risked, and
    for how many seconds the line has not been confirmed (None: unknown). `lay`: against the outcome."""

    outcome: str
    bookmaker: str
    price: float
    point: float | None
    stake: float
    age: float | None
    lay: bool = False


@dataclass(frozen=True, slots=True)
class Find:
    """edge: what a stake of 1 gains, on average (value, outlier) or at least (the others); probability:
    what the `others` books say of the outcome (value, outlier); gap and results: of a middle."""

    kind: str
    sport: str
    event: str
    market: str
    edge: float
    bets: tuple[Bet, ...]
    doubts: tuple[str, ...] = ()
    probability: float | None = None
    others: int = 0
    gap: float | None = None
    results: int = 0

    @property
    def age(self) -> float | None:
        """Of the oldest line; None where one is unknown."""
        ages = [bet.age for bet in self.bets if bet.age is not None]
        return max(ages) if len(ages) == len(self.bets) else None


def finds_on(board: Board, ages: Mapping[str, float], terms: Terms) -> list[Find]:
    """What the lines of a board say; the age of a bet is by how much its book lags the poll."""
    return [
        found
        for key, event in board.events.items()
        for found in finds_of(board.sport, key, event, ages, terms)
    ]


def finds_of(
    sport: str, key: str, event: Mapping[str, Any], ages: Mapping[str, float], terms: Terms
) -> list[Find]:
    """The same of one event."""
    offers = offers_of(event["lines"], terms)
    able = bettable(offers, terms)
    counts = {
        market: {sides: len(quotes) for sides, quotes in by_sides.items()}
        for market, by_sides in offers.items()
    }
    found = [_valued(judged, ages) for judged in judgements(event["lines"], offers, terms)]
    found += [_edge(edge, counts) for edge in edges_whenever(event, able, ages)]
    found += _back_lays(event["lines"], able.get("h2h", {}), counts.get("h2h", {}), ages, terms)
    return [replace(each, sport=sport, event=key) for each in found if each is not None]


def _valued(judged: Judgement, ages: Mapping[str, float]) -> Find | None:
    if not judged.apart and (judged.lags or judged.value < NOTABLE):
        return None
    doubts = [
        name
        for name, applies in (
            ("lag", judged.lags),
            ("alone", judged.others < 2),
            ("fault", judged.value > FAULT),
        )
        if applies
    ]
    age = ages.get(judged.bookmaker)
    bet = Bet(judged.outcome, judged.bookmaker, judged.price, judged.point, 1.0, age)
    kind = "outlier" if judged.apart else "value"
    return Find(
        kind, "", "", judged.market, judged.value, (bet,), tuple(doubts), judged.probability,
        judged.others,
    )  # fmt: skip


def _edge(edge: Edge, counts: Mapping[str, Mapping[Sides, int]]) -> Find:
    bets = tuple(
        Bet(leg.outcome, leg.bookmaker, leg.price, leg.point, leg.stake, leg.age)
        for leg in edge.legs
    )
    # the counts of whole markets that hold a leg's line
    of = counts[edge.market]
    held = [
        sum(count for sides, count in of.items() if (bet.outcome, bet.point) in sides)
        for bet in bets
    ]
    doubts = ("alone",) * (min(held) <= 2) + ("fault",) * edge.fault
    return Find(
        edge.kind, "", "", edge.market, edge.profit, bets, doubts, gap=edge.gap,
        results=edge.results,
    )  # fmt: skip


def _back_lays(
    lines: Mapping[str, Any],
    able: Offers,
    counts: Mapping[Sides, int],
    ages: Mapping[str, float],
    terms: Terms,
) -> Iterator[Find]:
    """Each outcome backed at its best price and laid at its best, where that leaves a profit."""
    for (sides, n), (worth, book) in _lays(lines, ages, terms).items():
        quotes = able.get(sides, {})
        if not quotes:
            continue
        top = max(prices[n] for prices in quotes.values())
        shares = stakes((top, worth))
        profit = shares[0] * top - 1
        if profit <= 0:
            continue
        outcome = sides[n][0]
        backer = _freshest([name for name, prices in quotes.items() if prices[n] == top], ages)
        doubts = ("alone",) * (counts[sides] <= 2) + ("fault",) * (profit > FAULT)
        back = lines[backer]["h2h"][outcome][0]
        lay = lines[book]["h2h_lay"][outcome][0]
        bets = (
            Bet(outcome, backer, back, None, shares[0], ages.get(backer)),
            Bet(outcome, book, lay, None, shares[1], ages.get(book), True),
        )
        yield Find("back_lay", "", "", "h2h", profit, bets, doubts)


def _lays(
    lines: Mapping[str, Any], ages: Mapping[str, float], terms: Terms
) -> dict[tuple[Sides, int], tuple[float, str]]:
    """{(sides, which of them): (the best lay as decimal odds against the outcome, whose)}."""
    best: dict[tuple[Sides, int], tuple[float, str]] = {}
    for book, markets in lines.items():
        laid = markets.get("h2h_lay")
        if not laid or book in terms.out or not terms.takes(book):
            continue
        sides: Sides = tuple((name, None) for name in sorted(laid))
        for n, (name, _) in enumerate(sides):
            if not is_offered(laid[name][0], terms.odds_format):
                continue
            price = to_decimal(laid[name][0], terms.odds_format)
            worth = 1 + (1 - terms.commission.get(book, 0.0)) / (price - 1)
            held = best.get((sides, n))
            if held is None or worth > held[0] or (
                worth == held[0] and _freshest([book, held[1]], ages) == book
            ):  # fmt: skip
                best[sides, n] = worth, book
    return best


def _freshest(books: Iterable[str], ages: Mapping[str, float]) -> str:
    return min(books, key=lambda book: (ages.get(book, math.inf), book))


def seen_at(
    finds: Iterable[Find], board: Board, data_at: datetime | None, now: datetime
) -> list[Find]:
    """Finds of a board at a moment: their ages, and the doubts that come with time."""
    since = 0.0 if data_at is None else max(0.0, (now - data_at).total_seconds())
    doubts: dict[str, tuple[str, ...]] = {}
    seen = []
    for found in finds:
        if found.event not in doubts:
            start = starts_at(board.events[found.event])
            old = data_at is None or now - data_at > limit(start, now)
            doubts[found.event] = ("in_play",) * (start <= now) + ("old",) * old
        bets = tuple(
            replace(bet, age=None if bet.age is None else bet.age + since) for bet in found.bets
        )
        seen.append(replace(found, bets=bets, doubts=doubts[found.event] + found.doubts))
    return seen


def by_edge(finds: Iterable[Find]) -> list[Find]:
    """The best first; equal ones in an order that does not depend on how boards are kept."""
    return sorted(finds, key=_rank)


def _rank(found: Find) -> tuple[Any, ...]:
    bets = tuple(
        (bet.outcome, bet.point or 0, bet.bookmaker if len(found.bets) == 1 else "")
        for bet in found.bets
    )
    edge = -math.floor(1e6 * found.edge + 0.5)
    return edge, found.sport, found.event, KINDS.index(found.kind), found.market, bets
