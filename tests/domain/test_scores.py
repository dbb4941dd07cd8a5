"""Which games' scores are worth a look, and when."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.planner.rates import Tally, estimate
from linefinder.domain.planner.scores import is_due, worth
from linefinder.domain.planner.sheets import Scarcity
from linefinder.domain.scores import Score, is_old, playing, points, unfinished

NBA, NFL = "basketball_nba", "americanfootball_nfl"
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
RATES = estimate(Tally())


def score(completed: bool = False, seconds: float = 30) -> Score:
    return Score("88", "91", completed, NOW - timedelta(seconds=seconds))


def test_a_game_is_in_play_from_its_start_to_its_final_score() -> None:
    events = {
        "over": {"starts_at": "2026-11-24T00:00:00Z", "lines": {}},
        "on": {"starts_at": "2026-11-24T01:00:00Z", "lines": {}},
        "untold": {"starts_at": "2026-11-24T02:00:00Z", "lines": {}},
        "coming": {"starts_at": "2026-11-24T03:00:00Z", "lines": {}},
    }
    assert playing(events, {"over": score(completed=True), "on": score()}, NOW) == ["on", "untold"]


def test_a_game_that_left_the_board_is_asked_for_until_its_final_score_or_for_a_day() -> None:
    told = {
        "here": score(),
        "gone": score(),
        "over": score(completed=True),
        "old": score(seconds=90_000),
    }
    assert unfinished({"here"}, told, NOW) == ["gone"]


def test_points_are_told_of_the_teams_alone_and_grow_old_in_two_minutes() -> None:
    event = {"home": "Boston", "away": "Miami", "starts_at": "2026-11-24T01:00:00Z", "lines": {}}
    names = ["Boston", "Miami", "Draw", ""]
    assert [points(score(), event, name) for name in names] == ["88", "91", "", ""]
    assert points(None, event, "Boston") == ""
    assert points(Score(None, None, False, NOW), event, "Boston") == ""
    assert [is_old(score(seconds=seconds), NOW) for seconds in (119, 121)] == [False, True]
    assert not is_old(score(completed=True, seconds=9000), NOW), "a final score stays"


def due(
    seconds: float, viewers: int = 1, price: float = 0.0, cost: int = 1, games: int = 1
) -> bool:
    now = NOW.timestamp()
    return is_due(NBA, games, now - seconds, now, cost, viewers, Scarcity(60.0, price, RATES))


def test_nobody_who_looks_or_no_game_is_worth_no_credit() -> None:
    assert due(3600)
    assert not due(3600, viewers=0)
    assert not due(3600, games=0)
    assert not due(3600, price=math.inf), "a cadence that is only stretched has none to spare"


def test_no_look_is_sooner_than_the_provider_looks() -> None:
    assert not due(59)
    assert due(60)


@given(st.floats(60, 7200), st.floats(1, 1e5), st.integers(1, 50), st.integers(1, 12))
def test_a_look_that_is_due_stays_due(
    seconds: float, price: float, viewers: int, games: int
) -> None:
    """With more time, viewers or games, or a lower price."""
    if due(seconds, viewers, price, games=games):
        assert due(seconds + 60, viewers, price, games=games)
        assert due(seconds, viewers + 1, price, games=games)
        assert due(seconds, viewers, price, games=games + 1)
        assert due(seconds, viewers, price / 2, cost=2, games=games)


def test_the_worth_is_what_the_rule_of_the_plan_says() -> None:
    """T D - C, with C by the trapezoid rule, in a sport that scores often and in one that does not."""
    for sport, rate in ((NBA, 12 / 3600), (NFL, 4 / 3600)):
        wrong = [20 * -math.expm1(-rate * t) for t in range(601)]
        summed = sum(wrong) - (wrong[0] + wrong[-1]) / 2
        assert worth(sport, 1, 600) == pytest.approx(600 * wrong[-1] - summed, rel=1e-3)
    assert worth(NBA, 2, 60) > worth(NFL, 2, 60)
