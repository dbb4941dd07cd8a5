"""Best lines: the best point first, then the best price; ties all count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.compare import (
    Mark,
    best_bookmakers,
    best_lines,
    best_marks,
    lagging,
    line_ages,
    reaches,
)
from linefinder.domain.feed import Feed
from linefinder.domain.odds import Line
from linefinder.domain.price import is_offered, probability, to_american, to_decimal

BOOKS = ["dk", "fd", "mgm", "czr"]
AMERICAN = st.integers(-2000, -100) | st.integers(100, 2000) | st.sampled_from([0, -100, 1, 99])
POINTS = st.sampled_from([-7.5, -6.5, -6.5, 0, 6.5, 7])
OFFERS = st.dictionaries(st.sampled_from(BOOKS), st.tuples(AMERICAN, POINTS), max_size=4)
FORMATS = st.sampled_from(["american", "decimal"])


def offered(market: str, outcome: str, offers: dict[str, Any]) -> dict[str, Any]:
    """The lines of an event where each book offers one outcome."""
    return {book: {market: {outcome: line}} for book, line in offers.items()}


@given(OFFERS, st.sets(st.sampled_from(BOOKS)))
def test_the_best_are_those_that_none_beats(offers: dict[str, Any], out: set[str]) -> None:
    best = best_bookmakers(offered("spreads", "A", offers), "spreads", "A", out, "american")
    fair = {b: (q, to_decimal(p, "american")) for b, (p, q) in offers.items() if abs(p) >= 100}
    rivals = {book: value for book, value in fair.items() if book not in out}
    assert set(best) == {b for b, value in rivals.items() if value == max(rivals.values())}


@given(OFFERS)
def test_there_is_a_best_wherever_anyone_offers(offers: dict[str, Any]) -> None:
    best = best_bookmakers(offered("h2h", "A", offers), "h2h", "A", (), "american")
    assert bool(best) == any(abs(price) >= 100 for price, _ in offers.values())


@given(OFFERS, FORMATS)
def test_a_lay_price_is_never_best(offers: dict[str, Any], odds_format: str) -> None:
    lines = offered("h2h_lay", "A", offers)
    assert best_bookmakers(lines, "h2h_lay", "A", (), odds_format) == []
    assert best_lines(lines, (), odds_format) == {}


@given(OFFERS)
def test_a_book_that_lags_is_never_best(offers: dict[str, Any]) -> None:
    best = best_bookmakers(offered("h2h", "A", offers), "h2h", "A", set(offers), "american")
    assert best == []


def test_a_book_lags_beyond_three_minutes() -> None:
    assert lagging({"dk": 180, "fd": 181, "mgm": 0}) == {"fd"}


@pytest.mark.parametrize(
    ("market", "outcome", "offers", "best"),
    [
        ("h2h", "A", {"dk": (-110, None), "fd": (-105, None)}, ["fd"]),
        ("h2h", "A", {"dk": (-110, None), "fd": (120, None)}, ["fd"]),
        ("h2h", "A", {"dk": (100, None), "fd": (-100, None)}, ["dk", "fd"]),
        ("spreads", "A", {"dk": (-110, -6.5), "fd": (-150, -6)}, ["fd"]),
        ("spreads", "A", {"dk": (-110, 6.5), "fd": (-105, 6.5)}, ["fd"]),
        ("totals", "Over", {"dk": (-110, 220.5), "fd": (100, 221.5)}, ["dk"]),
        ("totals", "Under", {"dk": (-110, 220.5), "fd": (-130, 221.5)}, ["fd"]),
        ("totals", "Under", {"dk": (-110, 221.5), "fd": (-110, 221.5)}, ["dk", "fd"]),
        ("h2h", "A", {"dk": (0, None), "fd": (-900, None)}, ["fd"]),
        ("h2h", "A", {"dk": (0, None)}, []),
    ],
)
def test_point_comes_first_then_price(
    market: str, outcome: str, offers: dict[str, Any], best: list[str]
) -> None:
    lines = offered(market, outcome, offers)
    assert best_bookmakers(lines, market, outcome, (), "american") == best
    assert best_lines(lines, (), "american") == {market: {outcome: best}}


def test_a_suspended_decimal_price_is_no_offer() -> None:
    lines = offered("h2h", "A", {"dk": (1.0, None), "fd": (1.01, None)})
    assert best_bookmakers(lines, "h2h", "A", (), "decimal") == ["fd"]


@given(st.integers(-5000, -101) | st.integers(100, 5000))
def test_american_prices_survive_a_way_through_decimal(price: int) -> None:
    assert to_american(to_decimal(price, "american"), "decimal") == price


@given(st.floats(1.001, 1000))
def test_a_price_and_its_probability_belong_together(price: float) -> None:
    assert probability(price, "decimal") == pytest.approx(1 / price)
    assert to_decimal(price, "decimal") == price


@pytest.mark.parametrize(
    ("price", "odds_format", "offer"),
    [
        (1, "decimal", False),
        (1.01, "decimal", True),
        (0, "american", False),
        (99, "american", False),
        (-99, "american", False),
        (100, "american", True),
    ],
)
def test_suspended_prices_are_told_from_offers(price: float, odds_format: str, offer: bool) -> None:
    assert is_offered(price, odds_format) is offer


def test_prices_that_pay_nothing_do_not_fail() -> None:
    assert to_decimal(0, "american") == 1
    assert to_american(1, "decimal") == 0
    assert to_american(1.5, "decimal") == -200
    assert to_american(2, "decimal") == 100


@pytest.mark.parametrize(
    ("price", "odds_format"),
    [(-100, "american"), (100, "american"), (1.998, "decimal"), (2, "decimal")],
)
def test_an_even_price_is_written_one_way(price: float, odds_format: str) -> None:
    assert to_american(price, odds_format) == 100


NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)
LINES = {
    "dk": {"h2h": {"A": (-105, None), "B": (1, None)}, "h2h_lay": {"A": (-105, None)}},
    "fd": {"h2h": {"A": (-105, None), "B": (-120, None)}},
    "late": {"h2h": {"A": (300, None), "B": (300, None)}},
}
GAME = {"starts_at": "2026-11-23T23:00:00Z", "lines": LINES}


def feed(minutes: float | None) -> Feed:
    """A feed whose last poll ended so long ago; one book lags it."""
    data_at = None if minutes is None else NOW - timedelta(minutes=minutes)
    return Feed("live", None, data_at, None, (1, 1), {"dk": 50, "fd": 20, "late": 200})


def test_a_line_is_as_old_as_the_poll_and_its_lag() -> None:
    assert line_ages(feed(1), NOW) == {"dk": 110, "fd": 80, "late": 260}
    assert line_ages(feed(None), NOW) == {}


def test_the_best_are_marked_with_their_line_and_age() -> None:
    marks = best_marks(GAME, feed(1), "american", NOW)
    assert marks == {
        "h2h": {
            "A": Mark(("dk", "fd"), -105, None, False, 80),
            "B": Mark(("fd",), -120, None, False, 80),
        }
    }


@pytest.mark.parametrize(
    ("minutes", "hollow"), [(7, False), (7.1, True), (300, True), (None, True)]
)
def test_old_marks_stay_and_are_hollow(minutes: float | None, hollow: bool) -> None:
    """Two hours before the start the limit is seven minutes."""
    mark = best_marks(GAME, feed(minutes), "american", NOW)["h2h"]["A"]
    assert (mark.bookmakers, mark.hollow) == (("dk", "fd"), hollow)
    assert mark.age == (None if minutes is None else 60 * minutes + 20)


@pytest.mark.parametrize(
    ("market", "outcome", "line", "target", "there"),
    [
        ("h2h", "A", (-105, None), (-105, None), True),
        ("h2h", "A", (-106, None), (-105, None), False),
        ("h2h", "A", (120, None), (-105, None), True),
        ("h2h", "A", (-100, None), (100, None), True),
        ("spreads", "A", (-110, -2.5), (-110, -3), True),
        ("spreads", "A", (-150, -2.5), (-110, -3), False),
        ("spreads", "A", (150, -3.5), (-110, -3), False),
        ("spreads", "A", (150, -3.5), (-110, None), True),
        ("spreads", "A", (150, None), (-110, -3), False),
        ("totals", "Over", (-110, 220), (-110, 221), True),
        ("totals", "Over", (-110, 222), (-110, 221), False),
        ("totals", "Under", (-110, 222), (-110, 221), True),
    ],
)
def test_a_target_is_reached_in_point_and_price(
    market: str, outcome: str, line: Line, target: Line, there: bool
) -> None:
    assert reaches(market, outcome, line, target) is there


@given(st.tuples(AMERICAN, POINTS), st.tuples(AMERICAN, POINTS))
def test_of_two_lines_that_reach_each_other_neither_is_better(one: Line, two: Line) -> None:
    assert reaches("spreads", "A", one, one)
    if reaches("spreads", "A", one, two) and reaches("spreads", "A", two, one):
        lines = offered("spreads", "A", {"dk": one, "fd": two})
        assert best_bookmakers(lines, "spreads", "A", (), "american") in (["dk", "fd"], [])
