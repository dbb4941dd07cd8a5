"""What an event's answer says beyond its lines: marks, fair prices, holds and edges. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from linefinder.config import Config
from linefinder.domain.compare import best_marks, lagging, line_ages
from linefinder.domain.consensus import FairLine, fair_lines, judged_lines
from linefinder.domain.edges import Edge, edges_of, holds_of
from linefinder.domain.feed import Feed
from linefinder.domain.offers import Offers, Terms, bettable, offers_of
from linefinder.domain.points import half_point

PLACES = 6
"""Probabilities and shares are told to a millionth."""


class View(NamedTuple):
    """What the comparison goes by: the sport, its feed, how to compare, and the moment."""

    sport: str
    feed: Feed
    terms: Terms
    now: datetime


def terms_of(
    feed: Feed, odds_format: str, config: Config, mine: Iterable[str] = (), fees: Any = None
) -> Terms:
    """How to compare the lines of a board whose feed is this: lagging books are left out. `mine` and
    `fees` are a viewer's bookmakers and commissions."""
    return Terms(
        odds_format,
        lagging(feed.ages),
        config.fair_method,
        config.fair_weights,
        frozenset(mine),
        {**config.odds_commission, **(fees or {})},
    )


def comparison(event: Mapping[str, Any], view: View) -> dict[str, Any]:
    """`marks`, `fair`, `holds` and `edges` of an event, as docs/protocol.md shows them."""
    terms = view.terms
    offers = offers_of(event["lines"], terms)
    able = bettable(offers, terms)
    ages = line_ages(view.feed, view.now)
    marks = best_marks(event, view.feed, terms.odds_format, view.now)
    return {
        "marks": {
            market: {outcome: asdict(mark) for outcome, mark in outcomes.items()}
            for market, outcomes in marks.items()
        },
        "fair": _fair(offers, view),
        "holds": {market: _holds(by_sides) for market, by_sides in able.items()},
        "edges": [_edge(edge) for edge in edges_of(event, able, ages, view.now)],
    }


def _fair(offers: Mapping[str, Offers], view: View) -> dict[str, Any]:
    agreed = fair_lines(offers, view.terms)
    judged = judged_lines(offers, view.terms)
    return {
        "method": view.terms.method,
        "consensus": {
            market: {name: _line(view.sport, market, line) for name, line in outcomes.items()}
            for market, outcomes in agreed.items()
        },
        "books": {
            book: {
                market: {name: rounded(line._asdict()) for name, line in outcomes.items()}
                for market, outcomes in markets.items()
            }
            for book, markets in judged.items()
        },
    }


def _line(sport: str, market: str, line: FairLine) -> dict[str, Any]:
    worth = None
    if market == "spreads" and line.point is not None:
        worth = half_point(sport, line.point, line.probability)
    return rounded({**line._asdict(), "half_point": worth})


def _holds(offers: Offers) -> dict[str, Any]:
    books, best = holds_of(offers)
    return {"books": rounded(books), "best": round(best, PLACES)}


def _edge(edge: Edge) -> dict[str, Any]:
    told = asdict(edge)
    told["legs"] = [rounded(leg) for leg in told["legs"]]
    return rounded({**told, "both": edge.both, "break_even": edge.break_even})


def rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same with its floats to PLACES."""
    return {
        name: round(value, PLACES) if isinstance(value, float) else value
        for name, value in values.items()
    }
