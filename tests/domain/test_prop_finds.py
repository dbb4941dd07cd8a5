"""Finds among props: equal to brute force over every pair of books, with the doubts of boards."""

from __future__ import annotations

import random
from itertools import product

import pytest

from linefinder.domain.edges import hold
from linefinder.domain.fair import fair
from linefinder.domain.offers import Terms
from linefinder.domain.price import to_decimal
from linefinder.domain.prop_finds import PropFind, prop_finds
from linefinder.domain.props import Prop, Sheet

BOOKS = "abcde"
PLAYERS = ("Ann Lee", "Bo Li", "")
POINTS = (1.5, 24.5, 25.5)


def sheet_by(dice: random.Random) -> Sheet:
    """Over and under at some points at some books; now and then one side alone, or a wild price."""
    sheet: Sheet = {}
    for book in BOOKS:
        for about in PLAYERS:
            for point in dice.sample(POINTS, 2):
                sides = ("Over", "Under") if dice.random() < 0.9 else ("Over",)
                for name in sides:
                    price = dice.choice((-140, -125, -115, -110, -105, 100, 104, 110, 125))
                    sheet.setdefault(book, {})[Prop(name, about, point)] = price
    return sheet


def whole(sheet: Sheet, about: str, point: float) -> dict[str, list[float]]:
    """The decimal prices of books with both sides."""
    pair = [Prop(name, about, point) for name in ("Over", "Under")]
    return {
        book: [to_decimal(lines[side], "american") for side in pair]
        for book, lines in sheet.items()
        if all(side in lines for side in pair)
    }


def all_values(sheet: Sheet, terms: Terms) -> dict[tuple[str, ...], float]:
    """What every bet gains on average by each of the other books, one by one; those whose own prices
    are a fault have no say."""
    values: dict[tuple[str, ...], float] = {}
    for about, point in product(PLAYERS, POINTS):
        prices = whole(sheet, about, point)
        sane = {book: own for book, own in prices.items() if hold(tuple(own)) >= -0.1}
        for book, n in product(filter(terms.takes, sane), (0, 1)):
            said = [fair(tuple(sane[two]), terms.method)[n] for two in sane if two != book]
            if said:
                price = terms.net(book, sane[book][n])
                key = about, str(point), ("Over", "Under")[n], book
                values[key] = sum(said) / len(said) * price - 1
    return values


def all_profits(sheet: Sheet, terms: Terms) -> dict[tuple[str, ...], float]:
    """What the best of all pairs of books leaves at each point."""
    profits: dict[tuple[str, ...], float] = {}
    for about, point in product(PLAYERS, POINTS):
        able = {
            book: [terms.net(book, price) for price in own]
            for book, own in whole(sheet, about, point).items()
            if terms.takes(book)
        }
        for one, two in product(able, able):
            profit = 1 / (1 / able[one][0] + 1 / able[two][1]) - 1
            key = about, str(point)
            profits[key] = max(profit, profits.get(key, -1.0))
    return profits


@pytest.mark.parametrize("mine", ["", "abd"])
def test_every_find_is_that_of_brute_force_and_none_is_missing(mine: str) -> None:
    dice = random.Random(20261127)
    terms = Terms("american", method="multiplicative", mine=frozenset(mine), commission={"b": 0.05})
    seen = set()
    for _ in range(40):
        sheet = sheet_by(dice)
        found = prop_finds({"player_points": sheet}, terms, None, False)
        edges = [round(find.edge, 6) for _, find in found]
        assert edges == sorted(edges, reverse=True)
        seen |= {find.kind for _, find in found}
        of_one = [one for one in found if len(one.find.bets) == 1]
        told = {(*key(one), *whose(one)): one.find.edge for one in of_one}
        worth = {bet: value for bet, value in all_values(sheet, terms).items() if value >= 0.0005}
        assert {bet: edge for bet, edge in told.items() if edge >= 0.0005} == pytest.approx(worth)
        pairs = {key(one): one.find.edge for one in found if len(one.find.bets) == 2}
        best = {at: left for at, left in all_profits(sheet, terms).items() if left >= -0.01}
        assert pairs == pytest.approx(best)
        doubts(found)
    assert seen == {"value", "outlier", "arbitrage", "low_hold"}


def key(one: PropFind) -> tuple[str, str]:
    return one.about, str(one.find.bets[0].point)


def whose(one: PropFind) -> tuple[str, str]:
    return one.find.bets[0].outcome, one.find.bets[0].bookmaker


def doubts(found: list[PropFind]) -> None:
    for _, find in found:
        assert find.market == "player_points"
        assert ("fault" in find.doubts) == (find.edge > 0.1)
        if len(find.bets) == 1:
            assert ("alone" in find.doubts) == (find.others < 2)
        else:
            assert (find.kind == "arbitrage") == (find.edge > 0)


def test_books_at_other_points_or_with_one_side_have_no_say() -> None:
    lines: Sheet = {
        "a": {Prop("Over", "Ann Lee", 24.5): 110, Prop("Under", "Ann Lee", 24.5): 110},
        "b": {Prop("Over", "Ann Lee", 25.5): 110, Prop("Under", "Ann Lee", 25.5): -130},
        "c": {Prop("Over", "Ann Lee", 24.5): 300},
    }
    (only,) = prop_finds({"player_points": lines}, Terms("american"), None, True)
    assert only.about == "Ann Lee"
    assert {bet.bookmaker for bet in only.find.bets} == {"a"}
    assert only.find.doubts == ("in_play", "alone")
    assert [bet.point for bet in only.find.bets] == [24.5, 24.5]


def test_runners_and_one_sided_markets_are_no_arbitrage() -> None:
    runners: Sheet = {
        book: {Prop(name, "", None): 250 for name in ("Ann Lee", "Bo Li")} for book in "abc"
    }
    assert prop_finds({"player_first_basket": runners}, Terms("american"), "Home", False) == []


def test_a_handicap_names_each_side_at_its_own_point() -> None:
    lines: Sheet = {
        book: {Prop("Home", "", -3.5): home, Prop("Away", "", 3.5): away}
        for book, home, away in (("a", 120, -150), ("b", -150, 140), ("c", -105, -105))
    }
    found = prop_finds({"alternate_spreads": lines}, Terms("american"), "Home", False)
    best = next(find for _, find in found if find.kind == "arbitrage")
    assert {(bet.outcome, bet.point) for bet in best.bets} == {("Home", -3.5), ("Away", 3.5)}
