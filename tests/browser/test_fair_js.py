"""The browser finds fair what the server finds fair: methods, weights, ties of points, odd markets."""

from __future__ import annotations

import random
from typing import Any

import pytest

from linefinder.domain.consensus import fair_lines
from linefinder.domain.fair import METHODS
from linefinder.domain.offers import Terms, offers_of
from tests.browser.modules import Run

BOOKS = ("draftkings", "fanduel", "betmgm", "constructor", "Ω", "pinnacle")
WEIGHTS = {"pinnacle": 3, "fanduel": 0, "Ω": 0.5}
MARKETS = ("h2h", "spreads", "totals", "outrights")
BODY = """return given.asked.map(([lines, market, method]) => {
  const terms = { format: given.format, out: new Set(["betmgm"]), method, weights: given.weights };
  const found = m.fairLines(m.eventsOf(lines), market, terms);
  return found && Object.entries(found);
})"""


def price(dice: random.Random, odds_format: str) -> float:
    if odds_format == "decimal":
        return dice.choice([1.91, 2.0, 1.0, round(1 + dice.expovariate(1), 3)])
    return dice.choice([-110, 100, -100, 0, dice.choice([-1, 1]) * dice.randint(100, 900)])


def offered(dice: random.Random, odds_format: str) -> dict[str, Any]:
    """What a bookmaker offers, mostly whole markets, at a few points."""
    point, total = dice.choice([-6.5, -7, 6.5, 0]), dice.choice([220, 220.5])
    names = ["Boston", "Miami O'Heat", *(["Draw"] if dice.random() < 0.3 else [])]
    sides: dict[str, list[tuple[str, float | None]]] = {
        "h2h": [(name, None) for name in names],
        "spreads": [("Boston", point), ("Miami O'Heat", dice.choice([-point, -point, 9]))],
        "totals": [("Over", total), ("Under", total)],
        "outrights": [(name, None) for name in "abcd"],
    }
    for outcomes in sides.values():
        if dice.random() < 0.1:
            outcomes.pop()
    return {
        market: {name: (price(dice, odds_format), at) for name, at in outcomes}
        for market, outcomes in sides.items()
        if dice.random() < 0.9
    }


@pytest.mark.parametrize("odds_format", ["american", "decimal"])
def test_the_browser_finds_the_same_fair_lines(run: Run, odds_format: str) -> None:
    dice = random.Random(20261125)
    asked, expected = [], []
    for _ in range(400):
        books = dice.sample(BOOKS, dice.randint(0, len(BOOKS)))
        lines = {book: offered(dice, odds_format) for book in books}
        market, method = dice.choice(MARKETS), dice.choice(list(METHODS))
        terms = Terms(odds_format, frozenset({"betmgm"}), method, WEIGHTS)
        asked.append([lines, market, method])
        expected.append(fair_lines(offers_of(lines, terms), terms).get(market))
    given = {"asked": asked, "format": odds_format, "weights": WEIGHTS}
    found = run(["domain/board", "domain/consensus"], BODY, given)
    assert sum(line is not None for line in expected) > 100
    for mine, theirs in zip(found, expected, strict=True):
        assert (mine is None) == (theirs is None)
        for outcome, line in mine or []:
            assert theirs is not None
            assert line["price"] == pytest.approx(theirs[outcome].price, abs=0.0011)
            assert line["probability"] == pytest.approx(theirs[outcome].probability, abs=1e-9)
            assert (line["point"], line["books"]) == (theirs[outcome].point, theirs[outcome].books)
