"""One book's lines judged by the others': what they are worth, and whether the book stands apart.

A book stands apart where at least three others agree with each other more than any of them with it: its
fair probability lies APART or more below their consensus, and no single one is near. That is an error,
or a line that has not followed a move; no one knows which from the prices alone. Books that lag the
poll are judged too, by those that do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from linefinder.domain.consensus import consensus, consensus_of_others, opinions_of
from linefinder.domain.edges import expected_value
from linefinder.domain.fair import Probabilities
from linefinder.domain.offers import Offers, Sides, Terms, offers_of

APART = 0.03
LEAST_OTHERS = 3


class Judgement(NamedTuple):
    """value: what a stake of 1 gains on average, after commission, if the `others` books are right
    with their `probability`; lags: the book lags the poll; apart: it stands apart from the others."""

    market: str
    outcome: str
    point: float | None
    bookmaker: str
    price: float
    value: float
    probability: float
    others: int
    lags: bool
    apart: bool


def judgements(
    lines: Mapping[str, Any], offers: Mapping[str, Offers], terms: Terms
) -> Iterator[Judgement]:
    """Every line at the viewer's books that others have an opinion of; `offers` are all that count."""
    late = _late(lines, terms)
    for market, by_sides in offers.items():
        for sides, quotes in by_sides.items():
            court = _Court(lines, market, sides, opinions_of(quotes, terms.method), terms)
            yield from court.sitting(late.get(market, {}).get(sides, {}))


def _late(lines: Mapping[str, Any], terms: Terms) -> dict[str, Offers]:
    """What the books offer that lag."""
    lag = {book: lines[book] for book in lines if book in terms.out and terms.takes(book)}
    return offers_of(lag, replace(terms, out=frozenset())) if lag else {}


class _Court(NamedTuple):
    lines: Mapping[str, Any]
    market: str
    sides: Sides
    opinions: dict[str, Probabilities]
    terms: Terms

    def sitting(self, late: Mapping[str, Probabilities]) -> Iterator[Judgement]:
        weights = self.terms.weights
        others = consensus_of_others(self.opinions, weights)
        for book, own in self.opinions.items():
            said = others[book]
            if said and self.terms.takes(book):
                rivals = [one for name, one in self.opinions.items() if name != book]
                yield from self.judged(book, own, said, rivals, False)
        said = consensus(self.opinions, weights) if late and self.opinions else None
        if said:
            for book, own in opinions_of(late, self.terms.method).items():
                yield from self.judged(book, own, said, list(self.opinions.values()), True)

    def judged(
        self,
        book: str,
        own: Probabilities,
        said: Probabilities,
        rivals: list[Probabilities],
        lags: bool,
    ) -> Iterator[Judgement]:
        most = max(range(len(own)), key=lambda n: said[n] - own[n])
        apart = (
            len(rivals) >= LEAST_OTHERS
            and said[most] - own[most] >= APART
            and min(abs(own[most] - one[most]) for one in rivals) >= APART / 2
        )
        for n, (outcome, point) in enumerate(self.sides):
            price = self.lines[book][self.market][outcome][0]
            decimal = self.terms.decimal(book, price)
            yield Judgement(
                self.market, outcome, point, book, price, expected_value(said[n], decimal),
                said[n], len(rivals), lags, apart and n == most,
            )  # fmt: skip
