"""Props and alternates: the lines of one market of one event, paired and laid out as ladders.

Here a point is part of which line it is (over 24.5 and over 25.5 are two bets), as is whom it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from linefinder.domain.consensus import consensus, consensus_of_others, opinions_of
from linefinder.domain.edges import expected_value, hold
from linefinder.domain.fair import fair_price
from linefinder.domain.offers import Decimals, Terms
from linefinder.domain.price import is_offered, to_decimal

PAIRS = ({"Over", "Under"}, {"Yes", "No"})
"""Outcomes of which one wins where both are offered at one point."""
DRAW = "Draw"


class Prop(NamedTuple):
    """Which line of a market: its outcome (`Over`), whom it is about (a player or a team, "" for the
    game), and the point, None where it has none."""

    name: str
    about: str
    point: float | None


Sheet = dict[str, dict[Prop, float]]
"""{bookmaker: {line: price}} of one market of one event."""


@dataclass(frozen=True, slots=True)
class Side:
    """One bet. prices: as the books give them; best: who has the best price of those that the viewer
    bets with, ties included, and that price; fair: the probability by all books that offer the whole
    rung, and its price; edge: what a stake of 1 at the best price gains on average by the other books.
    None where there is none."""

    name: str
    point: float | None
    prices: dict[str, float]
    best: tuple[str, ...]
    price: float | None
    fair: float | None = None
    fair_price: float | None = None
    edge: float | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """The bets at one point. hold: what is left over where every side is bet at its best price, as a
    share; None where a side is missing."""

    sides: tuple[Side, ...]
    hold: float | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """All bets on one player (or team, or the game) by point; `main`: the rung that most books offer,
    of these the most even."""

    about: str
    rungs: tuple[Rung, ...]
    main: int


def ladders(sheet: Sheet, terms: Terms, home: str | None) -> list[Ladder]:
    """The ladders of a market, by name. `home`: the home team; its -1.5 pairs with the other's +1.5."""
    found: dict[str, dict[float | None, dict[tuple[str, float | None], dict[str, float]]]] = {}
    for book, lines in sheet.items():
        if book in terms.out:
            continue
        for prop, price in lines.items():
            if is_offered(price, terms.odds_format):
                rungs = found.setdefault(prop.about, {})
                sides = rungs.setdefault(_level(prop, home), {})
                sides.setdefault((prop.name, prop.point), {})[book] = price
    return [_ladder(about, found[about], terms, home) for about in sorted(found)]


def _level(prop: Prop, home: str | None) -> float | None:
    """Where on its ladder a line stands: two teams' handicaps meet at the home team's."""
    if prop.point is None or any(prop.name in pair for pair in PAIRS):
        return prop.point
    return prop.point if prop.name == home else 0.0 - prop.point


def _ladder(
    about: str,
    levels: Mapping[float | None, Mapping[tuple[str, float | None], dict[str, float]]],
    terms: Terms,
    home: str | None,
) -> Ladder:
    in_order = sorted(levels, key=lambda level: (level is not None, level or 0.0))
    rungs = tuple(_rung(levels[level], terms, home) for level in in_order)
    return Ladder(about, rungs, min(range(len(rungs)), key=lambda n: _oddness(rungs[n], terms)))


def _rung(
    prices: Mapping[tuple[str, float | None], dict[str, float]], terms: Terms, home: str | None
) -> Rung:
    bets = sorted(prices, key=lambda bet: (_place(bet[0], home), bet[0]))
    best = [_best(prices[bet], terms) for bet in bets]
    tops = [terms.decimal(books[0], price) for books, price in best if books and price is not None]
    whole = is_whole([name for name, _ in bets], home)
    rest = hold(tuple(tops)) if whole and len(tops) == len(bets) else None
    fairs: Iterable[tuple[float | None, float | None]] = [(None, None)] * len(bets)
    if whole:
        fairs = _judged([prices[bet] for bet in bets], [books for books, _ in best], terms)
    return Rung(
        tuple(
            Side(
                name, point, prices[name, point], books, price, fair,
                fair_price(fair, terms.odds_format) if fair else None, edge,
            )
            for (name, point), (books, price), (fair, edge) in zip(bets, best, fairs, strict=True)
        ),
        rest,
    )  # fmt: skip


def _place(name: str, home: str | None) -> int:
    """Over, Yes and the home team first; a draw last."""
    return 0 if name in ("Over", "Yes", home) else 2 if name == DRAW else 1


def is_whole(names: list[str], home: str | None) -> bool:
    """Whether one of these outcomes wins for sure: both of a pair, or both teams with or without a
    draw. A list of runners is never known to be complete, and one side alone is no market."""
    if set(names) in PAIRS:
        return True
    return home in names and (len(names) == 2 or (len(names) == 3 and DRAW in names))


def _best(prices: Mapping[str, float], terms: Terms) -> tuple[tuple[str, ...], float | None]:
    """Of one point only the price counts: after commission, at the viewer's own books."""
    worth = {
        book: terms.decimal(book, price) for book, price in prices.items() if terms.takes(book)
    }
    if not worth:
        return (), None
    top = max(worth.values())
    books = tuple(sorted(book for book, value in worth.items() if value == top))
    return books, prices[books[0]]


def _judged(
    prices: list[dict[str, float]], best: list[tuple[str, ...]], terms: Terms
) -> list[tuple[float | None, float | None]]:
    """(fair probability by all books, edge of the best price by the others) of each side of a rung."""
    quotes: dict[str, Decimals] = {
        book: tuple(to_decimal(side[book], terms.odds_format) for side in prices)
        for book in prices[0]
        if all(book in side for side in prices)
    }
    opinions = opinions_of(quotes, terms.method)
    agreed = consensus(opinions, terms.weights) if opinions else None
    others = consensus_of_others(opinions, terms.weights) if opinions else {}
    found = []
    for n, books in enumerate(best):
        judge = others.get(books[0], agreed) if books else None
        edge = (
            expected_value(judge[n], terms.decimal(books[0], prices[n][books[0]]))
            if judge is not None
            else None
        )
        found.append((agreed[n] if agreed else None, edge))
    return found


def _oddness(rung: Rung, terms: Terms) -> tuple[int, float]:
    """How far a rung is from being the main one: few books first, then uneven prices."""
    books = set().union(*(side.prices for side in rung.sides))
    tops = [
        max(to_decimal(price, terms.odds_format) for price in side.prices.values())
        for side in rung.sides
    ]
    return -len(books), max(tops) / min(tops) if len(tops) > 1 else max(tops)


def size(sheet: Sheet) -> int:
    """How many lines a sheet holds."""
    return sum(map(len, sheet.values()))
