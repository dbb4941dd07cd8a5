"""What a bet is worth beside the close."""

from __future__ import annotations

from typing import Any

import pytest

from linefinder.domain.closing import Bet, Value, fair_points, value_of
from linefinder.domain.offers import Terms, offers_of

TERMS = Terms("decimal", method="multiplicative")


def spread(point: float, home: float = 1.9, away: float = 1.9) -> Any:
    return {"spreads": {"Boston": (home, point), "Miami": (away, -point)}}


def worth(bet: Bet, lines: Any, terms: Terms = TERMS) -> Value:
    return value_of(bet, lines, offers_of(lines, terms), terms)


def taken(price: float = 2.0, point: float | None = -6.5, book: str = "mgm") -> Bet:
    return Bet(book, "spreads", "Boston", price, point, "decimal")


def test_a_price_is_compared_at_its_own_point() -> None:
    lines = {"mgm": spread(-6.5, 1.8, 2.05), "dk": spread(-6.5), "fd": spread(-6.5)}
    assert worth(taken(), lines) == Value(2 / 1.8 - 1, 0.0, None)


def test_where_the_point_moved_only_what_others_offer_can_be_compared() -> None:
    lines = {"mgm": spread(-7.5), "dk": spread(-6.5, 1.5, 2.7), "fd": spread(-7)}
    found = worth(taken(), lines)
    assert (found.price, found.moved) == (None, 1.0)
    assert found.fair == pytest.approx(2 * (1 / 1.5) / (1 / 1.5 + 1 / 2.7) - 1)
    assert worth(taken(point=-5), lines) == Value(None, None, 2.5)


def test_a_lower_total_is_better_to_go_over_and_worse_to_stay_under() -> None:
    lines = {"mgm": {"totals": {"Over": (1.9, 221.5), "Under": (1.9, 221.5)}}}
    over, under = (Bet("mgm", "totals", name, 2.0, 220, "decimal") for name in ("Over", "Under"))
    assert (worth(over, lines).moved, worth(under, lines).moved) == (1.5, -1.5)


def test_a_book_is_never_its_own_judge() -> None:
    assert worth(taken(), {"mgm": spread(-6.5)}) == Value(2 / 1.9 - 1, None, None)


def test_a_suspended_price_is_no_closing_price() -> None:
    assert worth(taken(), {"mgm": spread(-6.5, 1.0)}) == Value(None, None, None)


def test_a_bet_at_no_price_is_worth_nothing() -> None:
    lines = {"mgm": spread(-6.5), "dk": spread(-6.5)}
    assert worth(taken(-5), lines) == worth(taken(1), lines) == (None, None, None)


def test_commission_counts_on_both_sides_and_formats_may_differ() -> None:
    terms = Terms("decimal", commission={"ex": 0.1})
    lines = {"ex": spread(-6.5, 2.0, 2.0), "dk": spread(-6.5)}
    bet = Bet("ex", "spreads", "Boston", 150, -6.5, "american")
    found = worth(bet, lines, terms)
    assert found.price == pytest.approx((1 + 1.5 * 0.9) / (1 + 0.9) - 1)
    assert found.fair == pytest.approx((1 + 1.5 * 0.9) * 0.5 - 1)


def test_fair_points_tell_each_point_that_is_offered_the_main_line_first() -> None:
    lines = {"mgm": spread(-7.5, 2.0, 1.8), "dk": spread(-6.5), "fd": spread(-6.5)}
    found = fair_points(offers_of(lines, TERMS), TERMS)["spreads"]["Boston"]
    assert [(at.point, at.books) for at in found] == [(-6.5, 2), (-7.5, 1)]
    assert found[0].probability == 0.5


def test_of_two_kinds_of_market_the_bet_is_in_that_of_its_book() -> None:
    two = {"h2h": {"A": (2.0, None), "B": (1.8, None)}}
    three = {"h2h": {"A": (3.0, None), "B": (3.0, None), "Draw": (2.8, None)}}
    lines = {"mgm": three, "dk": three, "fd": two, "br": two, "cz": two}
    bet = Bet("mgm", "h2h", "A", 3.3, None, "decimal")
    found = worth(bet, lines)
    assert found.fair == pytest.approx(3.3 * (1 / 3) / (2 / 3 + 1 / 2.8) - 1)
