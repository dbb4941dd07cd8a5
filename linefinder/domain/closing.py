"""What a bet is worth beside the closing line.

Closing line value is `price taken / closing price - 1`, in decimal odds and after commission: how much
more the bet pays than it would have at the start. Against a bookmaker's own closing price its margin is
still in the figure; against the fair closing price, 1 / p by the other bookmakers, the same figure is
`price taken * p - 1`, the expected value if the market was right at the close (J. Buchdahl, Closing
Line Value (CLV) Demystified; J. Buchdahl, Squares & Sharps, Suckers & Sharks, 2016).

A price is only compared with a price at the same point: -6.5 at -110 and -7 at -110 are two bets. Where
a bookmaker's point moved, by how much is all that can be said, and the fair figure stands if others
still offered the bet's own point.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from linefinder.domain.compare import merit
from linefinder.domain.consensus import consensus, opinions_of
from linefinder.domain.edges import expected_value
from linefinder.domain.fair import fair_price
from linefinder.domain.offers import Offers, Sides, Terms, books_by_side
from linefinder.domain.price import is_offered, to_decimal

CLOSES_WITHIN = timedelta(minutes=3)
"""A line last seen longer than this before the start is no closing line: it is what feed.py calls old
in the last hour."""


class Bet(NamedTuple):
    """A bet as it was made; the price in its own odds format."""

    bookmaker: str
    market: str
    outcome: str
    price: float
    point: float | None
    odds_format: str


class FairPoint(NamedTuple):
    """What all bookmakers who offered an outcome at this point held fair at the close."""

    point: float | None
    probability: float
    price: float
    books: int


class Value(NamedTuple):
    """A bet beside the close. price: against its bookmaker's closing price; fair: against the fair one
    of the other bookmakers; moved: how many points better than the closing point the bet's is. None
    where there is nothing to compare with."""

    price: float | None
    fair: float | None
    moved: float | None


def fair_points(
    offers: Mapping[str, Offers], terms: Terms
) -> dict[str, dict[str, list[FairPoint]]]:
    """{market: {outcome: [FairPoint, ...]}}, the point that most bookmakers offered first."""
    found: dict[str, dict[str, list[FairPoint]]] = {}
    for market, by_sides in offers.items():
        for sides, quotes in books_by_side(by_sides):
            opinions = opinions_of(quotes, terms.method)
            agreed = consensus(opinions, terms.weights) if opinions else None
            for (name, point), p in zip(sides, agreed or (), strict=bool(agreed)):
                told = FairPoint(point, p, fair_price(p, terms.odds_format), len(opinions))
                found.setdefault(market, {}).setdefault(name, []).append(told)
    return found


def value_of(
    bet: Bet, lines: Mapping[str, Any], offers: Mapping[str, Offers], terms: Terms
) -> Value:
    """A bet beside an event's closing `lines`, and the `offers` that stood at the start."""
    if not is_offered(bet.price, bet.odds_format):
        return Value(None, None, None)
    taken = terms.net(bet.bookmaker, to_decimal(bet.price, bet.odds_format))
    own = lines.get(bet.bookmaker, {}).get(bet.market, {}).get(bet.outcome)
    price = moved = None
    if own and own[1] != bet.point:
        moved = _better(bet, own[1])
    elif own and is_offered(own[0], terms.odds_format):
        price = taken / terms.decimal(bet.bookmaker, own[0]) - 1
    p = _held_fair(bet, offers.get(bet.market, {}), terms)
    return Value(price, None if p is None else expected_value(p, taken), moved)


def _better(bet: Bet, point: float | None) -> float | None:
    """By how many points the bet's is better than `point`."""
    if bet.point is None or point is None:
        return None
    held, closing = (
        merit(bet.market, bet.outcome, (bet.price, of))[0] for of in (bet.point, point)
    )
    return held - closing


def _held_fair(bet: Bet, offers: Offers, terms: Terms) -> float | None:
    """The probability of a bet, at its own point, by the bookmakers other than its own."""
    for sides, quotes in _own_first(bet, offers):
        if (bet.outcome, bet.point) not in sides:
            continue
        opinions = opinions_of(quotes, terms.method)
        opinions.pop(bet.bookmaker, None)
        agreed = consensus(opinions, terms.weights) if opinions else None
        if agreed or bet.bookmaker in quotes:
            return agreed[sides.index((bet.outcome, bet.point))] if agreed else None
    return None


def _own_first(bet: Bet, offers: Offers) -> list[tuple[Sides, Any]]:
    """The sides that the bet's bookmaker offers, then the others as most offer them."""
    ordered = books_by_side(offers)
    return sorted(ordered, key=lambda item: bet.bookmaker not in item[1])
