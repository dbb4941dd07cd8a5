"""Hold, arbitrage, low holds and middles: published examples and laws."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.edges import (
    FAULT,
    LOW_HOLD,
    Edge,
    edges_of,
    expected_value,
    hold,
    holds_of,
    stakes,
)
from linefinder.domain.odds import starts_at
from linefinder.domain.offers import Terms, offers_of
from linefinder.domain.price import to_decimal
from linefinder.provider.normalise import normalise
from tests.domain.boards import EVENT
from tests.support.recordings import Recordings

NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)
PRICES = st.lists(st.floats(1.01, 50), min_size=2, max_size=5).map(tuple)


def game(lines: dict[str, Any], minutes: float = 60) -> dict[str, Any]:
    """An event that starts in so many minutes."""
    start = NOW + timedelta(minutes=minutes)
    return {"starts_at": start.strftime("%Y-%m-%dT%H:%M:%SZ"), "lines": lines}


def edges(
    lines: dict[str, Any], odds_format: str = "decimal", minutes: float = 60, **ages: float
) -> list[Edge]:
    """The edges of an event with these lines."""
    offers = offers_of(lines, Terms(odds_format))
    return edges_of(game(lines, minutes), offers, ages, NOW)


def h2h(home: float, away: float) -> dict[str, Any]:
    return {"h2h": {"A": (home, None), "B": (away, None)}}


def total(point: float, over: float, under: float) -> dict[str, Any]:
    return {"totals": {"Over": (over, point), "Under": (under, point)}}


def spread(point: float, home: float, away: float) -> dict[str, Any]:
    return {"spreads": {"A": (home, point), "B": (away, -point)}}


@pytest.mark.parametrize(
    ("prices", "kept"),
    [
        ((1 + 100 / 110, 1 + 100 / 110), 1 / 22),  # the vigorish of -110: 4.55 %
        ((2.0, 2.0), 0.0),
        ((4.20, 3.70, 1.95), 1 - 1 / 1.02118602),  # margin of the R package implied, README
        ((2.05, 3.20, 3.80), 1 - 1 / 1.06346277),
    ],
)
def test_hold_as_published(prices: tuple[float, ...], kept: float) -> None:
    assert hold(prices) == pytest.approx(kept)


def test_the_arbitrage_of_the_betfair_hub() -> None:
    """Betfair Hub, Arbitrage Betting: 2.12 and 2.16 at two bookmakers leave 6.98 %, by 1 / 0.9347."""
    (found,) = edges({"one": h2h(2.12, 1.69), "two": h2h(1.9, 2.16)})
    assert (found.kind, found.fault) == ("arbitrage", False)
    assert found.profit == pytest.approx(0.0698, abs=2e-4)
    assert [(leg.outcome, leg.bookmaker, leg.price) for leg in found.legs] == [
        ("A", "one", 2.12),
        ("B", "two", 2.16),
    ]


def test_the_dutching_example_of_wikipedia() -> None:
    """Wikipedia, Dutching, example 2: 100 on Over at 2.1 and 107.69 on Under at 1.95 win 2.31."""
    (found,) = edges({"one": total(2.5, 2.1, 1.7), "three": total(2.5, 1.8, 1.95)})
    assert found.profit == pytest.approx(2.31 / 207.69, abs=1e-4)
    assert [leg.stake for leg in found.legs] == pytest.approx(
        [100 / 207.69, 107.69 / 207.69], abs=1e-4
    )
    # example 1: Under at 1.8 makes it a loss
    assert edges({"one": total(2.5, 2.1, 1.7), "two": total(2.5, 1.8, 1.8)}) == []


def test_the_middle_of_the_blackjack_forum() -> None:
    """bj21.com, Middles Sample Problems: 110 on each side wins 200 or costs 10, at 6.3 % gains 3.23."""
    (found,) = edges({"one": total(80.5, -110, -110), "two": total(81.5, -110, -110)}, "american")
    assert (found.kind, found.gap, found.results) == ("middle", 1.0, 1)
    assert found.profit * 220 == pytest.approx(-10)
    assert found.both is not None
    assert found.both * 220 == pytest.approx(200)
    assert found.both * 220 * 0.063 + found.profit * 220 * 0.937 == pytest.approx(3.23, abs=0.005)
    assert found.break_even == pytest.approx(1 / 21)
    assert [(leg.outcome, leg.bookmaker, leg.point) for leg in found.legs] == [
        ("Over", "one", 80.5),
        ("Under", "two", 81.5),
    ]


@given(PRICES)
def test_the_stakes_return_the_same_whatever_wins(prices: tuple[float, ...]) -> None:
    shares = stakes(prices)
    returns = [share * price for share, price in zip(shares, prices, strict=True)]
    assert sum(shares) == pytest.approx(1)
    assert returns == pytest.approx([1 - hold(prices)] * len(prices))


@given(PRICES, st.floats(1.001, 2))
def test_better_prices_hold_less(prices: tuple[float, ...], factor: float) -> None:
    better = tuple(price * factor for price in prices)
    assert hold(better) < hold(prices)
    assert 1 - hold(better) == pytest.approx(factor * (1 - hold(prices)))


@given(st.floats(0.01, 0.99), st.floats(1.01, 100))
def test_a_bet_at_the_fair_price_gains_nothing(probability: float, price: float) -> None:
    assert expected_value(probability, 1 / probability) == pytest.approx(0, abs=1e-12)
    assert (expected_value(probability, price) > 0) == (price * probability > 1)


BOOK = st.tuples(st.floats(1.2, 4), st.floats(1.2, 4)).map(lambda pair: h2h(*pair))


@given(st.dictionaries(st.sampled_from(["dk", "fd", "mgm"]), BOOK, min_size=1))
def test_an_edge_is_what_the_best_prices_leave(lines: dict[str, Any]) -> None:
    offers = offers_of(lines, Terms("decimal"))
    books, best = holds_of(offers["h2h"])
    assert best <= min(books.values())
    found = edges(lines)
    assert bool(found) == (best <= LOW_HOLD)
    for edge in found:
        assert edge.profit == pytest.approx(-best, abs=1e-9)
        assert edge.kind == ("arbitrage" if edge.profit > 0 else "low_hold")
        assert edge.fault == (edge.profit > FAULT)
        for leg in edge.legs:
            assert leg.stake * leg.price == pytest.approx(1 + edge.profit)
            assert leg.price == lines[leg.bookmaker]["h2h"][leg.outcome][0]
            assert leg.price == max(book["h2h"][leg.outcome][0] for book in lines.values())


def test_what_little_is_held_is_a_low_hold() -> None:
    (found,) = edges({"dk": h2h(-102, -130), "fd": h2h(-130, 101)}, "american")
    assert found.kind == "low_hold"
    assert found.profit == pytest.approx(1 / (102 / 202 + 100 / 201) - 1)
    assert found.break_even is None


@pytest.mark.parametrize("minutes", [0, -1, -180])
def test_nothing_is_an_edge_once_the_game_has_begun(minutes: float) -> None:
    lines = {
        "one": {**h2h(2.12, 1.69), **total(80, 2, 2)},
        "two": {**h2h(1.9, 2.16), **total(82, 2, 2)},
    }
    assert [edge.kind for edge in edges(lines, minutes=1)] == [
        "arbitrage",
        *["low_hold"] * 2,
        "middle",
    ]
    assert edges(lines, minutes=minutes) == []


def test_an_edge_is_as_old_as_its_older_leg() -> None:
    lines = {"one": h2h(2.12, 1.69), "two": h2h(1.9, 2.16)}
    (found,) = edges(lines, one=12, two=95)
    assert (found.age, [leg.age for leg in found.legs]) == (95, [12, 95])
    (unknown,) = edges(lines, one=12)
    assert unknown.age is None


def test_among_equal_prices_the_freshest_book_gets_the_bet() -> None:
    lines = {"dk": h2h(2.12, 1.6), "fd": h2h(2.12, 1.6), "two": h2h(1.6, 2.16)}
    (found,) = edges(lines, dk=100, fd=10, two=20)
    assert [leg.bookmaker for leg in found.legs] == ["fd", "two"]
    assert found.age == 20


def test_over_ten_percent_is_a_fault_of_the_data() -> None:
    (mad,) = edges({"one": h2h(2.3, 1.6), "two": h2h(1.6, 2.3)})
    (fair,) = edges({"one": h2h(2.19, 1.6), "two": h2h(1.6, 2.19)})
    assert (mad.fault, fair.fault) == (True, False)


def test_different_points_are_no_arbitrage() -> None:
    """Over 222 and Under 220 can both lose; the other way round they can both win."""
    found = edges({"one": total(222, 2.2, 1.6), "two": total(220, 1.6, 2.2)})
    assert [edge.kind for edge in found] == []
    found = edges({"one": total(220, 2.2, 1.6), "two": total(222, 1.6, 2.2)})
    assert [(edge.kind, edge.gap, edge.results) for edge in found] == [("middle", 2, 1)]
    assert found[0].profit == pytest.approx(0.1)
    assert found[0].break_even == 0


@pytest.mark.parametrize(
    ("one", "two", "gap", "results"),
    [
        (-2.5, -3.5, 1, 1),  # A -2.5 and B +3.5: A by 3
        (-3, -3.5, 0.5, 0),  # A by 3: one is given back, one wins
        (-3, -5, 2, 1),
        (1.5, -1.5, 3, 3),  # A +1.5 and B +1.5: by 1 either way, or level
        (-3.5, -2.5, None, 0),
    ],
)
def test_a_middle_of_spreads(one: float, two: float, gap: float | None, results: int) -> None:
    found = [
        edge
        for edge in edges({"one": spread(one, 1.95, 1.5), "two": spread(two, 1.5, 1.95)})
        if edge.legs[0].bookmaker == "one"
    ]
    assert [(edge.gap, edge.results) for edge in found] == ([(gap, results)] if gap else [])
    assert [edge.break_even is None for edge in found] == ([results == 0] if gap else [])


def test_of_equal_gaps_the_cheapest_is_shown() -> None:
    lines = {
        "two": total(221, 1.99, 1.95),
        "three": total(222, 1.8, 1.98),
        "one": total(220, 1.95, 1.8),
    }
    for order in (list(lines), list(reversed(lines))):
        found = {edge.gap: edge for edge in edges({book: lines[book] for book in order})}
        assert set(found) == {1, 2}
        assert [leg.bookmaker for leg in found[1].legs] == ["two", "three"]


def test_a_middle_that_costs_too_much_is_none() -> None:
    assert edges({"one": spread(1.5, 1.5, 2.4), "two": spread(-1.5, 2.4, 1.5)}) == []


@given(EVENT, st.sampled_from(["american", "decimal"]))
def test_any_board_can_be_asked(event: dict[str, Any], odds_format: str) -> None:
    offers = offers_of(event["lines"], Terms(odds_format))
    for edge in edges_of(event, offers, {}, NOW):
        assert len({leg.outcome for leg in edge.legs}) == len(edge.legs)
        for leg in edge.legs:
            decimal = to_decimal(leg.price, odds_format)
            assert leg.stake * decimal == pytest.approx(1 + edge.profit)


def test_recorded_boards_are_hardly_ever_an_arbitrage(recordings: Recordings) -> None:
    """Before the start at most some percent of events are, and the data is never a fault."""
    seen, found = 0, []
    for poll in islice(recordings.polls("mlb-2026-08-5min"), 0, 120, 12):
        for event in normalise(json.dumps(poll.odds).encode()).events.values():
            offers = offers_of(event["lines"], Terms("american"))
            here = edges_of(event, offers, {}, poll.at)
            assert not (here and starts_at(event) <= poll.at)
            seen += bool(offers)
            found += [edge for edge in here if edge.kind == "arbitrage"]
    assert seen > 50
    assert len(found) < 0.1 * seen
    assert not any(edge.fault for edge in found)
