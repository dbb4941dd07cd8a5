"""Alerts: told when something becomes so, once, and how late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.matching.alert import Alert
from linefinder.domain.matching.match import alerts_of
from linefinder.domain.matching.step import Step
from linefinder.domain.moves import Moves
from linefinder.domain.offers import Terms
from linefinder.domain.rules import Rule
from tests.domain.boards import BOARDS, NOW, Events

NBA, HOME, AWAY = "basketball_nba", "Boston Celtics", "Miami Heat"
LONG_AGO = NOW - timedelta(days=1)
TARGET: dict[str, Any] = {"kind": "target", "market": "h2h", "outcome": HOME, "price": 150.0}


def h2h(**prices: Any) -> Events:
    """A board of one event: home prices, the away price is always -120."""
    lines = {
        book: {"h2h": {HOME: (price, None), AWAY: (-120, None)}} for book, price in prices.items()
    }
    return {"e1": {"starts_at": "2026-11-24T00:10:00Z", "lines": lines}}


def spread(**points: Any) -> Events:
    lines = {
        book: {"spreads": {HOME: (-110, point), AWAY: (-110, -point)}}
        for book, point in points.items()
    }
    return {"e1": {"starts_at": "2026-11-24T00:10:00Z", "lines": lines}}


class Room:
    """Polls in turn; what a rule made long before has to tell of each."""

    def __init__(self, first: Events, out: frozenset[str] = frozenset(), **rule: Any) -> None:
        self.rule = Rule(sport=NBA, **rule)
        self.moves, self.board, self.at = Moves("american"), first, NOW
        self.terms = Terms("american", out)

    def poll(
        self, after: Events, seconds: float = 60, made_at: datetime = LONG_AGO, **step: Any
    ) -> list[Alert]:
        before, since = self.board, self.at
        self.board, self.at = after, since + timedelta(seconds=seconds)
        told = self.moves.saw(before, after, since, self.at)
        return alerts_of(
            self.rule,
            made_at,
            Step(
                NBA, before, after, since, self.at, self.terms, {}, self.moves, told, **step
            ),
        )  # fmt: skip


def test_a_target_is_told_when_the_first_book_reaches_it() -> None:
    room = Room(h2h(dk=140, fd=140), **TARGET)
    assert room.poll(h2h(dk=149, fd=140)) == []
    [alert] = room.poll(h2h(dk=150, fd=155))
    assert (alert.bookmakers, alert.line, alert.was) == (("fd", "dk"), (155, None), (140, None))
    assert (alert.event, alert.outcome, alert.late) == ("e1", HOME, 60)
    assert room.poll(h2h(dk=160, fd=150)) == []
    assert room.poll(h2h(dk=140, fd=140)) == []
    assert room.poll(h2h(dk=151, fd=140))[0].about == alert.about


def test_a_new_rule_hears_at_the_next_poll_of_what_is_so_already() -> None:
    room = Room(h2h(dk=155), **TARGET)
    assert len(room.poll(h2h(dk=155), made_at=NOW + timedelta(seconds=1))) == 1
    assert room.poll(h2h(dk=155), made_at=NOW + timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    ("more", "board"),
    [
        ({"bookmaker": "fd"}, h2h(dk=200, fd=140)),
        ({"event": "e2"}, h2h(dk=200)),
        ({"outcome": "Nobody"}, h2h(dk=200)),
        ({"price": 100.0}, h2h(dk=0)),
    ],
)
def test_a_target_is_only_what_was_asked(more: dict[str, Any], board: Events) -> None:
    assert Room(h2h(dk=-150, fd=-150), **{**TARGET, **more}).poll(board) == []


def test_a_book_that_lags_reaches_nothing() -> None:
    assert Room(h2h(dk=140), frozenset({"dk"}), **TARGET).poll(h2h(dk=200)) == []


def test_a_target_of_another_format_is_the_same_price() -> None:
    room = Room(h2h(dk=140), **{**TARGET, "price": 2.5, "odds_format": "decimal"})
    assert room.poll(h2h(dk=149)) == []
    assert room.poll(h2h(dk=150))


def test_an_opener_is_told_once_a_market_and_not_of_a_first_board() -> None:
    assert Room({}, kind="opener").poll(h2h(dk=140), is_first=True) == []
    room = Room({}, kind="opener")
    [alert] = room.poll(h2h(dk=140))
    assert (alert.market, alert.bookmakers, alert.event) == ("h2h", ("dk",), "e1")
    assert room.poll(h2h(dk=140, fd=150)) == []
    by_book = Room(h2h(dk=140), kind="opener", bookmaker="fd", market="h2h")
    assert by_book.poll(h2h(dk=140, fd=150))[0].bookmakers == ("fd",)
    assert Room({}, kind="opener", market="totals").poll(h2h(dk=140)) == []


def test_a_move_is_told_when_it_has_come_so_far_and_at_each_multiple() -> None:
    room = Room(spread(dk=-3.0, fd=-3.0), kind="move", points=1.0)
    assert room.poll(spread(dk=-3.5, fd=-3.5)) == []
    [alert] = room.poll(spread(dk=-4.0, fd=-4.0))
    assert (alert.outcome, alert.bookmakers, alert.line) == (HOME, ("dk", "fd"), (-110, -4.0))
    assert room.poll(spread(dk=-4.5, fd=-4.5)) == []
    assert room.poll(spread(dk=-5.0, fd=-5.0))[0].about == alert.about


def test_a_move_of_a_chance_is_one_at_the_same_point() -> None:
    room = Room(h2h(dk=100, fd=100), kind="move", chance=0.05)
    assert room.poll(h2h(dk=110, fd=110)) == []
    [alert] = room.poll(h2h(dk=130, fd=130))
    assert alert.line == (130, None)


def test_steam_tells_the_books_and_how_late() -> None:
    room = Room(h2h(dk=100, fd=100, mgm=100), kind="steam", seconds=120)
    assert room.poll(h2h(dk=-110, fd=100, mgm=100)) == []
    [alert] = room.poll(h2h(dk=-110, fd=-110, mgm=-110))
    assert (alert.bookmakers, alert.late, alert.outcome) == (("dk", "fd", "mgm"), 120, HOME)
    assert room.poll(h2h(dk=-120, fd=-120, mgm=-120)) == []


def test_rules_that_ask_the_same_hear_the_same_steam() -> None:
    moves, after = Moves("american"), h2h(dk=-110, fd=-110, mgm=-110)
    before, at = h2h(dk=100, fd=100, mgm=100), NOW + timedelta(seconds=60)
    told = moves.saw(before, after, NOW, at)
    step = Step(NBA, before, after, NOW, at, Terms("american"), {}, moves, told)
    rules = [Rule("steam", NBA), Rule("steam", NBA, market="h2h")]
    assert [len(alerts_of(rule, LONG_AGO, step)) for rule in rules] == [1, 1]


def test_an_arbitrage_is_told_when_it_appears_and_a_fault_never() -> None:
    room = Room(h2h(dk=110, fd=110), kind="arbitrage")
    [alert] = room.poll(h2h(dk=130, fd=110))
    assert alert.profit == pytest.approx(1 / (1 / 2.3 + 12 / 22) - 1)
    assert [leg.bookmaker for leg in alert.legs] == list(alert.bookmakers)
    assert room.poll(h2h(dk=131, fd=110)) == []
    assert Room(h2h(dk=110), kind="arbitrage").poll(h2h(dk=900)) == []
    high = Room(h2h(dk=110, fd=110), kind="arbitrage", profit=0.05)
    assert high.poll(h2h(dk=130, fd=110)) == []


def test_a_low_hold_is_told_before_the_start_only() -> None:
    low = h2h(dk=119, fd=110)
    assert Room(h2h(dk=110, fd=110), kind="low_hold").poll(low)
    assert Room(h2h(dk=110, fd=110), kind="arbitrage").poll(low) == []
    assert Room(h2h(dk=110, fd=110), kind="low_hold").poll(low, seconds=4 * 3600) == []


RULES = st.sampled_from(
    [
        {"kind": "target", "market": "spreads", "outcome": "Over", "price": -110.0},
        {"kind": "opener"},
        {"kind": "move", "points": 0.5, "chance": 0.01},
        {"kind": "steam", "books": 2},
        {"kind": "arbitrage"},
        {"kind": "low_hold", "profit": -0.01},
    ]
)


@given(RULES, st.lists(BOARDS, min_size=2, max_size=4))
def test_a_poll_that_changes_nothing_tells_nothing(rule: Any, boards: list[Events]) -> None:
    room = Room(boards[0], **rule)
    for board in boards[1:]:
        alerts = room.poll(board)
        assert len({alert.about for alert in alerts}) == len(alerts)
        assert all(alert.event in board and alert.late >= 0 for alert in alerts)
        assert room.poll(board, seconds=1) == []


FOUR = {"dk": -150, "fd": -152, "mgm": -148, "pin": -149}


def level(**prices: int) -> Events:
    """A board of one event on which home and away are priced about one chance."""
    lines = {
        book: {"h2h": {HOME: (price, None), AWAY: (-price - 22 if price < -122 else -115, None)}}
        for book, price in prices.items()
    }
    return {"e1": {"starts_at": "2026-11-24T00:10:00Z", "lines": lines}}


def test_a_find_is_told_when_it_comes_at_ones_own_books_and_not_again() -> None:
    room = Room(
        level(**FOUR, slow=-150), kind="find", kinds=("outlier",), mine=("slow",), edge=0.01
    )
    assert room.poll(level(**FOUR, slow=-148)) == []
    [alert] = room.poll(level(**FOUR, slow=-118))
    assert (alert.kind, alert.found, alert.bookmakers) == ("find", "outlier", ("slow",))
    assert (alert.outcome, alert.line) == (HOME, (-118, None))
    assert alert.profit == pytest.approx(0.066, abs=0.01)
    assert room.poll(level(**FOUR, slow=-117)) == []


def test_a_new_rule_does_not_hear_of_finds_that_stood_before_it() -> None:
    room = Room(level(**FOUR, slow=-118), kind="find", kinds=("outlier",))
    assert room.poll(level(**FOUR, slow=-117), made_at=NOW + timedelta(seconds=1)) == []
    assert room.poll(level(**FOUR, slow=-150), made_at=NOW + timedelta(seconds=1)) == []
    assert len(room.poll(level(**FOUR, slow=-117))) == 1


def test_a_find_of_others_of_a_laggard_or_in_play_is_not_told() -> None:
    after = level(**FOUR, slow=-118)
    said: dict[str, Any] = {"kind": "find", "kinds": ("outlier",)}
    for rule, out, starts in (
        ({**said, "mine": ("dk",)}, frozenset(), "2026-11-24T00:10:00Z"),
        (said, frozenset({"slow"}), "2026-11-24T00:10:00Z"),
        (said, frozenset(), "2026-11-20T00:10:00Z"),
        ({**said, "edge": 0.1}, frozenset(), "2026-11-24T00:10:00Z"),
        ({**said, "market": "totals"}, frozenset(), "2026-11-24T00:10:00Z"),
    ):
        room = Room(level(**FOUR), out=out, **rule)
        assert room.poll({"e1": after["e1"] | {"starts_at": starts}}) == []
