"""What is worth a look among props: the finder's rules, at one point of one player at a time.

Each rung of a ladder on which one side wins for sure is taken as a market of its own, so that value,
outliers, arbitrage and low holds, and why they may be none, come of the very code that boards are
judged by (finder.py). Middles need two points, and are not looked for here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from linefinder.domain.finder import Find, by_edge, finds_of
from linefinder.domain.offers import Terms
from linefinder.domain.props import Rung, Sheet, is_whole, ladders

ONE_OF_ALL = "h2h"
"""The market whose rules hold where one of the sides wins for sure; the point is the rung's."""


class PropFind(NamedTuple):
    """A find, and whom it is about ("" for the game)."""

    about: str
    find: Find


def prop_finds(
    sheets: Mapping[str, Sheet], terms: Terms, home: str | None, in_play: bool
) -> list[PropFind]:
    """All that is found in an event's markets {market: sheet}, the best first. The ages of bets are
    left open: a sheet is of one moment."""
    about: dict[Find, str] = {}
    for market, sheet in sheets.items():
        for ladder in ladders(sheet, terms, home):
            for rung in ladder.rungs:
                found = _finds_on(rung, terms, home)
                # whom it is about takes the place of the event, so that equal finds stay apart
                about.update(
                    (_placed(one, market, ladder.about, in_play), ladder.about) for one in found
                )
    return [PropFind(about[one], replace(one, event="")) for one in by_edge(about)]


def _finds_on(rung: Rung, terms: Terms, home: str | None) -> Iterator[Find]:
    if not is_whole([side.name for side in rung.sides], home):
        return
    lines: dict[str, Any] = {}
    for side in rung.sides:
        for book, price in side.prices.items():
            lines.setdefault(book, {}).setdefault(ONE_OF_ALL, {})[side.name] = (price, None)
    points = {side.name: side.point for side in rung.sides}
    for found in finds_of("", "", {"lines": lines}, {}, terms):
        bets = [replace(bet, point=points[bet.outcome]) for bet in found.bets]
        yield replace(found, bets=tuple(bets))


def _placed(found: Find, market: str, about: str, in_play: bool) -> Find:
    doubts = ("in_play",) * in_play + found.doubts
    return replace(found, market=market, event=about, doubts=doubts)
