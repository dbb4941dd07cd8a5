"""Props: which bets belong together, who is best, what is fair, which rung is the main one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.edges import hold
from linefinder.domain.fair import fair
from linefinder.domain.offers import Terms
from linefinder.domain.price import to_decimal
from linefinder.domain.props import Ladder, Prop, Sheet, Side, ladders, size

HOME, AWAY = "Boston Celtics", "Miami Heat"
TERMS = Terms("american")


def over_under(
    point: float, over: float, under: float, about: str = "Ann Lee"
) -> dict[Prop, float]:
    return {Prop("Over", about, point): over, Prop("Under", about, point): under}


def one(sheet: Sheet, terms: Terms = TERMS) -> Ladder:
    [ladder] = ladders(sheet, terms, HOME)
    return ladder


def sides(ladder: Ladder, rung: int = 0) -> tuple[Side, ...]:
    return ladder.rungs[rung].sides


def test_over_and_under_of_one_point_and_player_are_a_pair_and_other_points_other_bets() -> None:
    sheet = {"a": over_under(24.5, -110, -110), "b": over_under(25.5, 105, -125)}
    ladder = one(sheet)
    assert [[(side.name, side.point) for side in rung.sides] for rung in ladder.rungs] == [
        [("Over", 24.5), ("Under", 24.5)],
        [("Over", 25.5), ("Under", 25.5)],
    ]


def test_the_best_price_of_a_point_wins_with_ties_and_hold_is_that_of_the_best() -> None:
    sheet = {
        "a": over_under(24.5, -110, -110),
        "b": over_under(24.5, 102, -130),
        "c": over_under(24.5, 102, -120),
    }
    over, under = sides(one(sheet))
    assert (over.best, over.price) == (("b", "c"), 102)
    assert (under.best, under.price) == (("a",), -110)
    expected = hold((to_decimal(102, "american"), to_decimal(-110, "american")))
    assert one(sheet).rungs[0].hold == pytest.approx(expected)


def test_only_my_books_are_best_and_the_others_still_say_what_is_fair() -> None:
    sheet = {"a": over_under(24.5, -110, -110), "b": over_under(24.5, 120, -140)}
    over, _ = sides(one(sheet, Terms("american", mine=frozenset("a"), method="multiplicative")))
    assert (over.best, over.price) == (("a",), -110)
    other = fair((to_decimal(120, "american"), to_decimal(-140, "american")), "multiplicative")
    assert over.edge == pytest.approx(other[0] * to_decimal(-110, "american") - 1)
    assert over.fair == pytest.approx((other[0] + 0.5) / 2)


def test_a_commission_counts_before_who_is_best() -> None:
    sheet = {"exchange": over_under(24.5, 104, -110), "book": over_under(24.5, 102, -110)}
    over, _ = sides(one(sheet, Terms("american", commission={"exchange": 0.05})))
    assert over.best == ("book",)


def test_handicaps_of_two_teams_meet_at_the_home_teams_point() -> None:
    sheet: Sheet = {
        "a": {Prop(HOME, "", -3.5): 150, Prop(AWAY, "", 3.5): -170, Prop(HOME, "", 3.5): -300}
    }
    ladder = one(sheet)
    told = [[(side.name, side.point) for side in rung.sides] for rung in ladder.rungs]
    assert told == [[(HOME, -3.5), (AWAY, 3.5)], [(HOME, 3.5)]]
    assert [rung.hold is None for rung in ladder.rungs] == [False, True]


def test_a_list_of_runners_is_no_market_of_which_the_hold_is_known() -> None:
    for names in (("Yes",), ("Ann", "Bea"), ("Ann", "Bea", "Cleo"), ("Over", "Yes")):
        sheet = {"a": {Prop(name, "", None): 300.0 for name in names}}
        assert one(sheet).rungs[0].hold is None, names
        assert all(side.fair is None for side in sides(one(sheet)))


def test_suspended_prices_and_books_that_lag_are_left_out() -> None:
    sheet = {"a": over_under(24.5, 0, -110), "late": over_under(24.5, 500, 500)}
    [under] = sides(one(sheet, Terms("american", out=frozenset({"late"}))))
    assert (under.name, under.best) == ("Under", ("a",))
    assert ladders({"a": {Prop("Over", "", 1.5): 0}}, TERMS, HOME) == []


def test_the_main_rung_is_what_most_books_offer_and_of_these_the_most_even() -> None:
    sheet = {
        "a": {**over_under(22.5, -300, 240), **over_under(24.5, -115, -105)},
        "b": {**over_under(22.5, -310, 250), **over_under(24.5, -110, -110)},
        "c": over_under(26.5, 100, 100),
    }
    ladder = one(sheet)
    assert [rung.sides[0].point for rung in ladder.rungs] == [22.5, 24.5, 26.5]
    assert ladder.main == 1


PRICES = st.integers(100, 900).flatmap(lambda size: st.sampled_from([size, -size]))
PROPS = st.builds(
    Prop,
    st.sampled_from(["Over", "Under", "Yes", "No", HOME, AWAY, "Draw"]),
    st.sampled_from(["", "Ann Lee", "Bo Li"]),
    st.one_of(st.none(), st.integers(-6, 6).map(lambda n: n + 0.5)),
)
SHEETS = st.dictionaries(
    st.sampled_from("abcd"), st.dictionaries(PROPS, PRICES, min_size=1, max_size=20), max_size=4
)


@given(SHEETS)
def test_every_line_stands_on_exactly_one_rung_and_nobody_beats_the_best(sheet: Sheet) -> None:
    found = [
        (book, Prop(side.name, ladder.about, side.point), price)
        for ladder in ladders(sheet, TERMS, HOME)
        for rung in ladder.rungs
        for side in rung.sides
        for book, price in side.prices.items()
    ]
    told = [(book, prop, price) for book, lines in sheet.items() for prop, price in lines.items()]
    assert sorted(found, key=str) == sorted(told, key=str)
    assert len(found) == size(sheet)
    for ladder in ladders(sheet, TERMS, HOME):
        for rung in ladder.rungs:
            for side in rung.sides:
                top = max(to_decimal(price, "american") for price in side.prices.values())
                assert to_decimal(side.price or 0, "american") == top
                assert all(to_decimal(side.prices[book], "american") == top for book in side.best)
            fairs = [side.fair for side in rung.sides if side.fair is not None]
            assert not fairs or sum(fairs) == pytest.approx(1)
