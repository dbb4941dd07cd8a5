"""Which line is best: the best point first, then the best price; ties all count."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from linefinder.domain.odds import Line
from linefinder.domain.price import is_offered

LAG_SECONDS = 180
"""A bookmaker whose oldest stamp lies further than this behind the poll is never best."""


def lagging(ages: Mapping[str, int]) -> frozenset[str]:
    """The bookmakers that lag the poll."""
    return frozenset(book for book, age in ages.items() if age > LAG_SECONDS)


def merit(market: str, outcome: str, line: Line) -> tuple[float, float]:
    """What makes a line good, larger is better: more points given (or a lower total to go over), then
    the price. American prices compare as they are: none lies between -100 and 100, which are equal."""
    price, point = line
    if price == -100:
        price = 100
    if point is None:
        return 0.0, price
    return (-point if market == "totals" and outcome == "Over" else point), price


def best_bookmakers(
    lines: Mapping[str, Any], market: str, outcome: str, out: Collection[str], odds_format: str
) -> list[str]:
    """The bookmakers with the best line of an outcome in an event's lines, ties included.

    `out` are left out of the contest (they lag); lay prices have no best, and a suspended price is
    none.
    """
    if market.endswith("_lay"):
        return []
    offers: dict[str, tuple[float, float]] = {}
    for bookmaker, markets in lines.items():
        line = markets.get(market, {}).get(outcome)
        if line and bookmaker not in out and is_offered(line[0], odds_format):
            offers[bookmaker] = merit(market, outcome, line)
    top = max(offers.values(), default=None)
    return [bookmaker for bookmaker, value in offers.items() if value == top]


def best_lines(
    lines: Mapping[str, Any], out: Collection[str], odds_format: str
) -> dict[str, dict[str, list[str]]]:
    """{market: {outcome: [best bookmakers]}} for every outcome that any bookmaker offers."""
    outcomes: dict[str, dict[str, None]] = {}
    for markets in lines.values():
        for market, offered in markets.items():
            outcomes.setdefault(market, {}).update(dict.fromkeys(offered))
    return {
        market: {
            outcome: best_bookmakers(lines, market, outcome, out, odds_format) for outcome in names
        }
        for market, names in outcomes.items()
        if not market.endswith("_lay")
    }
