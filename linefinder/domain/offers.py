"""What the bookmakers offer on whole markets: every side of h2h, spreads or totals at the same points.

Hold, fair prices and arbitrage only make sense on a set of outcomes of which exactly one wins. A point
is part of that set: -6.5 and +6.5 make one, -6.5 and +7 do not. So is a draw: a book with three
outcomes and a book with two settle differently, and are never mixed.

A bookmaker that offers only some of a market's outcomes, or has suspended one, is just changing its
lines: it offers nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from linefinder.domain.odds import Market
from linefinder.domain.price import is_offered, to_decimal

PAIRED_MARKETS = ("h2h", "spreads", "totals")
"""The markets of which exactly one outcome wins: two or three of h2h, two of the others. A push gives
the stakes back. Outrights are not among them: no list of runners is known to be complete."""

Sides = tuple[tuple[str, float | None], ...]
"""((outcome, point), ...) by name: the outcomes of which one wins."""

Decimals = tuple[float, ...]
"""Decimal prices in the order of the sides."""

Offers = dict[Sides, dict[str, Decimals]]
"""{sides: {bookmaker: prices}}; a bookmaker stands under one set of sides at most."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How lines are compared.

    odds_format: of the board's prices; out: bookmakers left out (they lag); method: one of
    fair.METHODS; weights: how much each bookmaker counts in a consensus, 1 where not named; mine: the
    bookmakers at which bets are made, all where none is named; commission: the share of a win that a
    bookmaker keeps.
    """

    odds_format: str
    out: frozenset[str] = frozenset()
    method: str = "power"
    weights: Mapping[str, float] = field(default_factory=dict)
    mine: frozenset[str] = frozenset()
    commission: Mapping[str, float] = field(default_factory=dict)

    def takes(self, bookmaker: str) -> bool:
        """Whether bets are made at a bookmaker."""
        return not self.mine or bookmaker in self.mine

    def net(self, bookmaker: str, price: float) -> float:
        """What a decimal price is worth at a bookmaker once its commission is paid."""
        share = self.commission.get(bookmaker, 0.0)
        return 1 + (price - 1) * (1 - share) if share else price

    def decimal(self, bookmaker: str, price: float) -> float:
        """The same of a price of the board."""
        return self.net(bookmaker, to_decimal(price, self.odds_format))


def offers_of(lines: Mapping[str, Any], terms: Terms) -> dict[str, Offers]:
    """{market: offers} of an event's lines, for the paired markets that somebody offers whole."""
    found: dict[str, Offers] = {}
    for bookmaker, markets in lines.items():
        if bookmaker in terms.out:
            continue
        for market in PAIRED_MARKETS:
            outcomes = markets.get(market)
            sides = sides_of(market, outcomes) if outcomes else None
            prices = _decimals(sides, outcomes, terms.odds_format) if sides else None
            if sides and prices:
                found.setdefault(market, {}).setdefault(sides, {})[bookmaker] = prices
    if len(found.get("h2h", ())) > 1:
        found["h2h"] = _without_partial(found["h2h"])
    return found


def sides_of(market: str, outcomes: Market) -> Sides | None:
    """The sides that a bookmaker's outcomes make up; None where they are not one whole market."""
    sides = tuple((name, outcomes[name][1]) for name in sorted(outcomes))
    points = [point for _, point in sides]
    if market == "h2h":
        return sides if 2 <= len(sides) <= 3 and points.count(None) == len(points) else None
    if len(sides) != 2 or points[0] is None or points[1] is None:
        return None
    if market == "totals":
        both = sides[0][0] == "Over" and sides[1][0] == "Under"
        return sides if both and points[0] == points[1] else None
    return sides if points[0] == -points[1] else None


def _decimals(sides: Sides, outcomes: Market, odds_format: str) -> Decimals | None:
    prices = []
    for name, _ in sides:
        price = outcomes[name][0]
        if not is_offered(price, odds_format):
            return None
        prices.append(to_decimal(price, odds_format))
    return tuple(prices)


def _without_partial(offers: Offers) -> Offers:
    """Without two sides of a market of three whose draw is missing: else home and away alone would look
    like an arbitrage. Two sides that pay less than they take are a market of their own."""
    draws = {name for sides in offers if len(sides) == 3 for name, _ in sides}
    kept: Offers = {}
    for sides, quotes in offers.items():
        suspect = len(sides) == 2 and draws.issuperset(name for name, _ in sides)
        left = {
            book: prices
            for book, prices in quotes.items()
            if not suspect or sum(1 / price for price in prices) >= 1
        }
        if left:
            kept[sides] = left
    return kept


def bettable(offers: Mapping[str, Offers], terms: Terms) -> dict[str, Offers]:
    """What of the offers can be bet on: those of the viewer's bookmakers, after commission."""
    if not terms.mine and not terms.commission:
        return dict(offers)
    found: dict[str, Offers] = {}
    for market, by_sides in offers.items():
        for sides, quotes in by_sides.items():
            own = {
                book: tuple([terms.net(book, price) for price in prices])
                for book, prices in quotes.items()
                if terms.takes(book)
            }
            if own:
                found.setdefault(market, {})[sides] = own
    return found


def books_by_side(offers: Offers) -> list[tuple[Sides, dict[str, Decimals]]]:
    """The sides that most bookmakers offer first, then the most even ones: the main line leads."""
    return sorted(
        offers.items(), key=lambda item: (-len(item[1]), _unevenness(item[1]), str(item[0]))
    )


def _unevenness(quotes: Mapping[str, Decimals]) -> float:
    return min(max(prices) / min(prices) for prices in quotes.values())
