"""Hold, and where the books disagree so much that it shows: arbitrage, low holds and middles.

Before the start only: in play, most that looks like an edge is one book that is a moment behind. Each
edge says how old its older leg is, and one of over 10 % is marked as a fault of the data, which it
nearly always is.

The arithmetic is that of dutching: stakes in proportion to 1 / price return the same whichever
outcome wins (S. Wong, Sharp Sports Betting, 2001; D. Cortis, Expected Values and Variances in
Bookmaker Payouts, Journal of Prediction Markets 9 (2015) 1-14, for the hold).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linefinder.domain.odds import starts_at
from linefinder.domain.offers import Decimals, Offers, Sides

FAULT = 0.10
"""A profit beyond this share of the stakes is a fault of the data."""
LOW_HOLD = 0.01
MIDDLE_COST = 0.05
"""What a middle may cost where it misses, as a share of the stakes; -110 on both sides costs 0.045."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A bet on one outcome: where, at which line (the board's own price), which share of the stakes,
    and for how many seconds that line has not been confirmed (None: unknown)."""

    outcome: str
    bookmaker: str
    price: float
    point: float | None
    stake: float
    age: float | None


@dataclass(frozen=True, slots=True)
class Edge:
    """Bets on all sides of a market at several books.

    kind: `arbitrage` (profit above 0), `low_hold` or `middle`; profit: what is left of the stakes,
    as a share of them, whichever side wins (below 0 a cost); age: of the older leg in seconds, None
    where one is unknown; fault: beyond FAULT. A middle wins both bets where the result falls inside
    its `gap` of points, which holds `results` whole numbers: with none, at -3 and +3.5, one bet wins
    and the other is given back. No other edge has a gap.
    """

    kind: str
    market: str
    legs: tuple[Leg, ...]
    profit: float
    age: float | None
    fault: bool
    gap: float | None = None
    results: int = 0

    @property
    def both(self) -> float | None:
        """The profit where both bets of a middle win, as a share of the stakes; None if they can't."""
        return 1 + 2 * self.profit if self.results else None

    @property
    def break_even(self) -> float | None:
        """How often both bets must win for a middle to cost nothing: 1/21 at -110 and -110."""
        return max(0.0, 1 / (1 + self.profit) - 1) if self.results else None


def hold(prices: Decimals) -> float:
    """What a bookmaker keeps of the stakes if they come in balanced: 1 - 1 / sum(1 / price). 0.045 at
    -110 on both sides; below 0 the bettor wins whatever happens."""
    return 1 - 1 / sum([1 / price for price in prices])


def stakes(prices: Decimals) -> tuple[float, ...]:
    """The shares of a total stake that return the same whichever outcome wins; they add up to 1."""
    total = sum(1 / price for price in prices)
    return tuple(1 / price / total for price in prices)


def expected_value(probability: float, price: float) -> float:
    """What a stake of 1 at a decimal price gains on average: probability x price - 1."""
    return probability * price - 1


def tops(quotes: Mapping[str, Decimals]) -> Decimals:
    """The highest price of each side."""
    return tuple(map(max, zip(*quotes.values(), strict=True)))


def holds_of(offers: Offers) -> tuple[dict[str, float], float]:
    """({bookmaker: hold}, hold of the best prices of all at equal points) of one market."""
    books = {book: hold(prices) for quotes in offers.values() for book, prices in quotes.items()}
    return books, min(hold(tops(quotes)) for quotes in offers.values())


def edges_of(
    event: Mapping[str, Any], offers: Mapping[str, Offers], ages: Mapping[str, float], now: datetime
) -> list[Edge]:
    """The edges of an event, best first; none once it has started.

    `offers` are those of the event's lines (offers.offers_of, or what of them can be bet on),
    `ages` the seconds since each book's lines were confirmed (compare.line_ages). Among equal prices
    the freshest book gets the bet.
    """
    return [] if starts_at(event) <= now else edges_whenever(event, offers, ages)


def edges_whenever(
    event: Mapping[str, Any], offers: Mapping[str, Offers], ages: Mapping[str, float]
) -> list[Edge]:
    """The same for an event that may be in play, where most of them are none."""
    found = []
    for market, by_sides in offers.items():
        best = {sides: tops(quotes) for sides, quotes in by_sides.items()}
        shop = _Shop(event["lines"], market, by_sides, ages)
        found += [shop.edge(*bargain) for bargain in _level(best)]
        if market != "h2h" and len(best) > 1:
            found += [shop.edge(*bargain) for bargain in _middles(market, best)]
    return sorted(found, key=lambda edge: (edge.gap is not None, -edge.profit))


Bargain = tuple[tuple[tuple[Sides, int, float], ...], float | None, int]
"""(((sides, which of them, decimal price), ...), gap, results)"""


def _level(best: Mapping[Sides, Decimals]) -> Iterator[Bargain]:
    """Every set of sides whose best prices hold little or nothing."""
    for sides, prices in best.items():
        if hold(prices) <= LOW_HOLD:
            yield tuple((sides, n, price) for n, price in enumerate(prices)), None, 0


def _middles(market: str, best: Mapping[Sides, Decimals]) -> Iterator[Bargain]:
    """For each width of gap the cheapest pair of lines with different points; the lowest of equals."""
    cheapest: dict[float, tuple[float, Sides, Sides]] = {}
    for one, (first, _) in best.items():
        for two, (_, second) in best.items():
            low, high = _between(market, one, two)
            if low < high and one[0][0] == two[0][0] and one[1][0] == two[1][0]:
                bargain = hold((first, second)), one, two
                if bargain[0] <= MIDDLE_COST:
                    gap = high - low
                    cheapest[gap] = min(bargain, cheapest.get(gap, bargain))
    for gap, (_, one, two) in cheapest.items():
        low, high = _between(market, one, two)
        legs = (one, 0, best[one][0]), (two, 1, best[two][1])
        yield legs, gap, max(0, math.ceil(high) - math.floor(low) - 1)


def _between(market: str, one: Sides, two: Sides) -> tuple[float, float]:
    """The results, totals or margins of the first side, between which the first side at `one` and the
    second at `two` both win."""
    first, second = one[0][1] or 0.0, two[1][1] or 0.0
    return (first, second) if market == "totals" else (-first, second)


@dataclass(frozen=True, slots=True)
class _Shop:
    """Where the best prices of one market are had."""

    lines: Mapping[str, Any]
    market: str
    offers: Offers
    ages: Mapping[str, float]

    def edge(self, wanted: Any, gap: float | None, results: int) -> Edge:
        shares = stakes(tuple(price for _, _, price in wanted))
        legs = tuple(
            self._leg(sides, n, price, share)
            for (sides, n, price), share in zip(wanted, shares, strict=True)
        )
        profit = shares[0] * wanted[0][2] - 1
        ages = [leg.age for leg in legs if leg.age is not None]
        age = max(ages) if len(ages) == len(legs) else None
        kind = "middle" if gap is not None else "arbitrage" if profit > 0 else "low_hold"
        return Edge(kind, self.market, legs, profit, age, profit > FAULT, gap, results)

    def _leg(self, sides: Sides, n: int, price: float, share: float) -> Leg:
        outcome, point = sides[n]
        holders = [book for book, prices in self.offers[sides].items() if prices[n] == price]
        book = min(holders, key=lambda name: (self.ages.get(name, math.inf), name))
        shown = self.lines[book][self.market][outcome][0]
        return Leg(outcome, book, shown, point, share, self.ages.get(book))
