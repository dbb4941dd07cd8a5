"""Whole markets: only outcomes of which one wins are compared with each other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from linefinder.domain.offers import PAIRED_MARKETS, Terms, books_by_side, offers_of
from tests.domain.boards import EVENT

AMERICAN, DECIMAL = Terms("american"), Terms("decimal")
WIN = {"A": (-110, None), "B": (100, None)}


def test_books_with_the_same_points_stand_together() -> None:
    lines = {
        "dk": {"spreads": {"A": (-115, -6.5), "B": (-105, 6.5)}, "h2h": WIN},
        "fd": {"spreads": {"B": (100, 6.5), "A": (-120, -6.5)}},
        "mgm": {"spreads": {"A": (-110, -7), "B": (-110, 7)}, "totals": {"Over": (-110, 41)}},
    }
    offers = offers_of(lines, AMERICAN)
    assert list(offers) == ["h2h", "spreads"]
    (main, quotes), (other, _) = books_by_side(offers["spreads"])
    assert (main, other) == ((("A", -6.5), ("B", 6.5)), (("A", -7), ("B", 7)))
    assert list(quotes) == ["dk", "fd"]
    assert quotes["fd"] == pytest.approx((1 + 100 / 120, 2))


@pytest.mark.parametrize(
    ("market", "outcomes"),
    [
        ("h2h", {"A": (-110, None)}),
        ("h2h", {"A": (-110, 1), "B": (-110, -1)}),
        ("h2h", dict.fromkeys("ABCD", (300, None))),
        ("spreads", {"A": (-110, -6.5), "B": (-110, 7)}),
        ("spreads", {"A": (-110, 6.5), "B": (-110, 6.5)}),
        ("spreads", {"A": (-110, None), "B": (-110, None)}),
        ("totals", {"Over": (-110, 41), "Under": (-110, 41.5)}),
        ("totals", {"Yes": (-110, 41), "No": (-110, 41)}),
        ("totals", {"Over": (-110, 41)}),
        ("h2h_lay", {"A": (-110, None), "B": (-110, None)}),
        ("outrights", {"A": (-110, None), "B": (-110, None)}),
    ],
)
def test_what_is_no_whole_market_is_not_compared(market: str, outcomes: dict[str, Any]) -> None:
    assert offers_of({"dk": {market: outcomes}}, AMERICAN) == {}


def test_a_pick_is_a_spread() -> None:
    lines = {"dk": {"spreads": {"A": (-110, 0), "B": (-110, -0.0)}}}
    assert list(offers_of(lines, AMERICAN)) == ["spreads"]


def test_one_suspended_outcome_suspends_the_market() -> None:
    three = {"A": (2.5, None), "B": (3.0, None), "Draw": (1.0, None)}
    assert offers_of({"dk": {"h2h": three}}, DECIMAL) == {}


def test_a_book_that_is_left_out_offers_nothing() -> None:
    lines = {"dk": {"h2h": WIN}, "fd": {"h2h": WIN}}
    terms = Terms("american", frozenset({"dk"}))
    assert [list(quotes) for quotes in offers_of(lines, terms)["h2h"].values()] == [["fd"]]


def test_a_missing_draw_is_no_market_of_two() -> None:
    whole = {"A": (1.8, None), "B": (4.5, None), "Draw": (3.6, None)}
    half = {"A": (1.9, None), "B": (4.6, None)}
    offers = offers_of({"dk": {"h2h": whole}, "fd": {"h2h": half}}, DECIMAL)
    assert [list(quotes) for quotes in offers["h2h"].values()] == [["dk"]]


def test_with_and_without_overtime_are_two_markets() -> None:
    regulation = {"A": (2.1, None), "B": (3.2, None), "Draw": (4.0, None)}
    overtime = {"A": (1.7, None), "B": (2.15, None)}
    offers = offers_of({"dk": {"h2h": regulation}, "fd": {"h2h": overtime}}, DECIMAL)
    assert [list(quotes) for quotes in offers["h2h"].values()] == [["dk"], ["fd"]]


@given(EVENT)
def test_any_board_can_be_asked(event: dict[str, Any]) -> None:
    for odds_format in ("american", "decimal"):
        for market, offers in offers_of(event["lines"], Terms(odds_format)).items():
            assert market in PAIRED_MARKETS
            for sides, quotes in offers.items():
                assert quotes
                assert all(len(prices) == len(sides) for prices in quotes.values())
                assert all(price > 1 for prices in quotes.values() for price in prices)
