"""Rules about prices that are there: a target that is reached, a market that is posted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from linefinder.domain.compare import merit, reaches
from linefinder.domain.matching.alert import Alert, about_of
from linefinder.domain.matching.step import Step
from linefinder.domain.odds import Line
from linefinder.domain.offers import Terms
from linefinder.domain.price import is_offered, to_american, to_decimal
from linefinder.domain.rules import Rule


def targets(rule: Rule, step: Step, is_new: bool) -> Iterator[Alert]:
    target = (_price(rule, step.terms.odds_format), rule.point)
    market, outcome = str(rule.market), str(rule.outcome)
    for key in step.events(rule, is_new):
        there = _reaching(step.after[key], rule, target, step.terms)
        before = {} if is_new else step.before.get(key, {})
        if there and not _reaching(before, rule, target, step.terms):
            best = max(there, key=lambda book: merit(market, outcome, there[book]))
            books = (best, *(book for book in there if book != best))
            lines = before.get("lines", {}).get(best, {})
            yield Alert(
                "target", step.sport, key, market, step.now, step.late,
                about_of(key, market, outcome, rule.bookmaker), outcome, books, there[best],
                lines.get(market, {}).get(outcome),
            )  # fmt: skip


def _reaching(event: Mapping[str, Any], rule: Rule, target: Line, terms: Terms) -> dict[str, Line]:
    """{bookmaker: line} of those that do not lag and are as good as the target."""
    found = {}
    market, outcome = str(rule.market), str(rule.outcome)
    for book, markets in event.get("lines", {}).items():
        line = markets.get(market, {}).get(outcome)
        if line is None or book in terms.out or rule.bookmaker not in (None, book):
            continue
        if is_offered(line[0], terms.odds_format) and reaches(market, outcome, line, target):
            found[book] = line
    return found


def openers(rule: Rule, step: Step, is_new: bool) -> Iterator[Alert]:
    for key in () if step.is_first else step.events(rule, False):
        for market, books in step.opened(key, rule.bookmaker).items():
            if rule.market in (None, market):
                about = about_of(key, market, rule.bookmaker)
                yield Alert(
                    "opener", step.sport, key, market, step.now, step.late, about, None, books
                )


def _price(rule: Rule, odds_format: str) -> float:
    """The target in the board's format."""
    price = rule.price or 0.0
    if rule.odds_format == odds_format:
        return price
    change = to_decimal if odds_format == "decimal" else to_american
    return change(price, rule.odds_format)
