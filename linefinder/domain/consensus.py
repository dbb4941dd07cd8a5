"""What the bookmakers together hold fair, and what the others hold fair of one book's lines.

A consensus is the weighted mean of the books' fair probabilities (a linear pool: M. Stone, The
Opinion Pool, Annals of Mathematical Statistics 32 (1961) 1339-1342), so it adds up to 1 as theirs do.
A book is judged by the consensus of the *other* books: with its own price in it, the one book that is
off would draw the measure towards itself. Books agree on a line only at the same points.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from linefinder.domain.edges import FAULT, expected_value, hold
from linefinder.domain.fair import Probabilities, fair, fair_price
from linefinder.domain.offers import Decimals, Offers, Terms, books_by_side


class FairLine(NamedTuple):
    """What an outcome is worth: its probability (a push gives the stake back and does not count), the
    fair price in the board's format, the point, and how many books said so."""

    probability: float
    price: float
    point: float | None
    books: int


class Judged(NamedTuple):
    """A book's line: the probability by its own prices; by the other books' consensus, the fair price
    by that, and what a stake of 1 gains on average at the book's price if the others are right. The
    last three are None where no other book offers the market at these points."""

    own: float
    others: float | None
    price: float | None
    edge: float | None


def consensus(
    opinions: Mapping[str, Probabilities], weights: Mapping[str, float]
) -> Probabilities | None:
    """The weighted mean of the books' probabilities; None where no book has a weight above 0."""
    sums, total = _sums(opinions, weights)
    return tuple(part / total for part in sums) if total else None


def consensus_of_others(
    opinions: Mapping[str, Probabilities], weights: Mapping[str, float]
) -> dict[str, Probabilities | None]:
    """{book: consensus of all books but this one}; None where no other has a weight above 0."""
    sums, total = _sums(opinions, weights)
    counting = sum(weights.get(book, 1) > 0 for book in opinions)
    found: dict[str, Probabilities | None] = {}
    for book, own in opinions.items():
        weight = weights.get(book, 1)
        if counting - (weight > 0) == 0:
            found[book] = None
        else:
            rest = total - weight
            found[book] = tuple(
                [max(0.0, part - weight * p) / rest for part, p in zip(sums, own, strict=True)]
            )
    return found


def _sums(
    opinions: Mapping[str, Probabilities], weights: Mapping[str, float]
) -> tuple[list[float], float]:
    """The weighted sum for each outcome, and that of the weights. ValueError for an impossible one."""
    given = [weights.get(book, 1) for book in opinions]
    if not all(0 <= weight < math.inf for weight in given):
        raise ValueError(f"weights are numbers from 0 up, not {dict(weights)}")
    weighted = [[w * p for p in own] for w, own in zip(given, opinions.values(), strict=True)]
    return [sum(column) for column in zip(*weighted, strict=True)], sum(given)


def opinions_of(quotes: Mapping[str, Decimals], method: str) -> dict[str, Probabilities]:
    """{book: its fair probabilities}, without books whose own prices are a fault of the data."""
    return {book: fair(prices, method) for book, prices in quotes.items() if hold(prices) >= -FAULT}


def fair_lines(offers: Mapping[str, Offers], terms: Terms) -> dict[str, dict[str, FairLine]]:
    """{market: {outcome: FairLine}}: the consensus of all books at the points that most of them offer.
    Markets on which no book has an opinion are left out."""
    found: dict[str, dict[str, FairLine]] = {}
    for market, by_sides in offers.items():
        sides, quotes = books_by_side(by_sides)[0]
        opinions = opinions_of(quotes, terms.method)
        agreed = consensus(opinions, terms.weights) if opinions else None
        if agreed:
            found[market] = {
                name: FairLine(p, fair_price(p, terms.odds_format), point, len(opinions))
                for (name, point), p in zip(sides, agreed, strict=True)
            }
    return found


def judged_lines(
    offers: Mapping[str, Offers], terms: Terms
) -> dict[str, dict[str, dict[str, Judged]]]:
    """{bookmaker: {market: {outcome: Judged}}} for every book that offers a market whole."""
    found: dict[str, dict[str, dict[str, Judged]]] = {}
    for market, by_sides in offers.items():
        for sides, quotes in by_sides.items():
            opinions = opinions_of(quotes, terms.method)
            others = consensus_of_others(opinions, terms.weights)
            for book, own in opinions.items():
                found.setdefault(book, {})[market] = {
                    side[0]: _judged(own[n], others[book], n, quotes[book][n], terms.odds_format)
                    for n, side in enumerate(sides)
                }
    return found


def _judged(own: float, others: Any, n: int, price: float, odds_format: str) -> Judged:
    if others is None:
        return Judged(own, None, None, None)
    return Judged(
        own, others[n], fair_price(others[n], odds_format), expected_value(others[n], price)
    )
