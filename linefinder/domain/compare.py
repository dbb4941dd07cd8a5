"""Which line is best: the best point first, then the best price; ties all count."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linefinder.domain.feed import Feed, limit
from linefinder.domain.odds import Line, starts_at
from linefinder.domain.offers import Terms
from linefinder.domain.price import is_offered

LAG_SECONDS = 180
"""A bookmaker whose oldest stamp lies further than this behind the poll is never best."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The best line of an outcome and who has it, in the board's own price. `hollow`: the event's data
    is older than its limit, so that the line may be gone; age: seconds since one of the bookmakers was
    last seen to have it, None where unknown."""

    bookmakers: tuple[str, ...]
    price: float
    point: float | None
    hollow: bool
    age: float | None


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


def reaches(market: str, outcome: str, line: Line, target: Line) -> bool:
    """Whether a line is as good as a target in both its point and its price: of -2.5 at -150 nobody who
    waits for -3 at -110 wants to hear. A target without a point takes any."""
    point, price = merit(market, outcome, line)
    least, asked = merit(market, outcome, target)
    return price >= asked and (target[1] is None or (line[1] is not None and point >= least))


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


def best_bettable(lines: Mapping[str, Any], market: str, outcome: str, terms: Terms) -> list[str]:
    """The same for who bets at some bookmakers alone, and pays commission there: of one point the price
    that is worth most counts."""
    if market.endswith("_lay"):
        return []
    offers: dict[str, tuple[float, float]] = {}
    for book, markets in lines.items():
        line = markets.get(market, {}).get(outcome)
        if not line or book in terms.out or not terms.takes(book):
            continue
        if is_offered(line[0], terms.odds_format):
            point, _ = merit(market, outcome, line)
            offers[book] = point, terms.decimal(book, line[0])
    top = max(offers.values(), default=None)
    return [book for book, value in offers.items() if value == top]


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


def line_ages(feed: Feed, now: datetime) -> dict[str, float]:
    """{bookmaker: seconds since its oldest line was confirmed}: its lag at the poll and the time since
    then. Empty before the first answer."""
    if feed.data_at is None:
        return {}
    since = max(0.0, (now - feed.data_at).total_seconds())
    return {bookmaker: since + age for bookmaker, age in feed.ages.items()}


def best_marks(
    event: Mapping[str, Any], feed: Feed, odds_format: str, now: datetime
) -> dict[str, dict[str, Mark]]:
    """{market: {outcome: Mark}} where there is a best line. On a delayed board the marks stay, hollow:
    the best line is still the best guess, and its age says how good a guess."""
    lines, ages = event["lines"], line_ages(feed, now)
    hollow = feed.data_at is None or now - feed.data_at > limit(starts_at(event), now)
    marks: dict[str, dict[str, Mark]] = {}
    for market, outcomes in best_lines(lines, lagging(feed.ages), odds_format).items():
        for outcome, books in outcomes.items():
            if books:
                price, point = lines[books[0]][market][outcome]
                age = min((ages[book] for book in books if book in ages), default=None)
                mark = Mark(tuple(books), price, point, hollow, age)
                marks.setdefault(market, {})[outcome] = mark
    return marks
