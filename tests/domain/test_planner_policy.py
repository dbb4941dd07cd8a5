"""The plan: within its budget, never sooner than the provider looks, steady, and told in facts."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from linefinder.domain.feed import Why
from linefinder.domain.planner.hours import DAY
from linefinder.domain.planner.policy import Plan, Subject, graded, make_plan
from linefinder.domain.planner.rates import GONE, HOUR, MOVED, POSTED, Rates
from linefinder.domain.planner.watch import Watch
from linefinder.domain.planner.why import why

RATES = Rates(MOVED, GONE, POSTED, 66.0)
NOW = 1_784_000_000.0
END = NOW + 2 * DAY


def watch(*starts: float, lines: int = 60) -> Watch:
    """A sport polled just now, with events so many hours ahead."""
    found = Watch(NOW)
    schedule = {f"e{number}": NOW + hours * HOUR for number, hours in enumerate(starts)}
    found.polled(NOW, schedule, dict.fromkeys(schedule, lines))
    return found


def plan_of(
    budget: float, *watches: Watch, last: Plan | None = None, planned: float | None = None
) -> Plan:
    subjects = {
        str(i): Subject(one, RATES, 3.0, planned=planned, soonest=one.polled_at + 54.0)
        for i, one in enumerate(watches)
    }
    return make_plan(subjects, budget, graded(NOW, END, 60.0), END, 60.0, last=last)


@pytest.mark.parametrize("budget", [0, 2, 3, 10, 60, 600])
def test_a_plan_spends_what_there_is_and_no_more(budget: int) -> None:
    plan = plan_of(budget, watch(2, 5, 20), watch(8))
    assert plan.spent <= budget
    assert plan.spent >= budget - 6 or budget == 600
    assert 3 * sum(map(len, plan.polls.values())) <= plan.spent


def test_polls_are_where_lines_are() -> None:
    """Two days, a game at the end of the first and lines for it from now on; then nothing listed."""
    board = watch(10)
    board.past["before"] = NOW - 14 * HOUR  # known for longer than the schedule names anything
    polls = np.array(plan_of(30, board).polls["0"]) - NOW
    assert 4 <= np.sum(polls < 13.5 * HOUR) < len(polls)
    assert not np.any((polls > 14 * HOUR) & (polls < 15 * HOUR))


def test_with_credits_enough_it_polls_as_often_as_the_provider_looks() -> None:
    polls = plan_of(1e9, watch(0.2)).polls["0"]
    assert np.diff(polls[:10]) == pytest.approx(60.0)
    assert polls[0] >= NOW + 54


def test_no_board_is_left_alone_for_longer_than_a_day() -> None:
    """Lines that hardly move, a week ahead, beside a sport where all the credits could go."""
    polls = plan_of(60, watch(300), watch(*range(1, 40))).polls["0"]
    gaps = np.diff([NOW, *polls, END])
    assert len(gaps) >= 2
    assert max(gaps) <= DAY + HOUR


def test_nothing_on_the_schedule_is_nothing_to_poll() -> None:
    assert plan_of(100, Watch(NOW)).polls == {}


def test_a_planned_poll_stays_unless_another_is_better() -> None:
    board = watch(3, 6, 9)
    first = plan_of(12, board)
    for _ in range(5):  # what it expects of the board, and so the plan, settles
        first = plan_of(12, board, last=first)
    again = plan_of(12, board, last=first, planned=first.polls["0"][0] + 60)
    assert again.polls["0"][0] == first.polls["0"][0] + 60
    far = plan_of(12, board, last=first, planned=NOW + 1.9 * DAY)
    assert far.polls["0"][0] < NOW + DAY


def test_the_grid_is_dense_where_it_is_near() -> None:
    steps = np.diff(graded(NOW, NOW + 31 * DAY, 60.0))
    assert steps[0] == 60
    assert steps[-1] == HOUR
    assert (np.diff(steps[steps > 0]) >= -900).all()
    assert len(graded(NOW, NOW, 60.0)) == 1


def test_past_fixtures_come_again_where_no_schedule_names_any() -> None:
    board = Watch(NOW)
    board.past = {f"p{day}": NOW - day * DAY + HOUR for day in range(1, 8)}
    likely = board.fixtures(NOW, NOW + 5 * DAY)
    assert likely
    assert all(fixture.start > NOW + DAY for fixture in likely)
    assert sum(f.weight for f in likely if f.start < NOW + 3 * DAY) == pytest.approx(2, abs=0.6)


def test_what_left_the_schedule_is_gone_and_may_come_back() -> None:
    board = watch(-1, 5)
    board.scheduled(NOW + 600, {"e1": NOW + 5 * HOUR})
    assert board.gone == {"e0": NOW + 600}
    gone = {fixture.gone for fixture in board.fixtures(NOW + 600, END)}
    assert gone == {NOW + 600, np.inf}
    board.scheduled(NOW + 1200, {"e0": NOW - HOUR, "e1": NOW + 5 * HOUR})
    assert board.gone == {}


def test_a_sighting_counts_what_moved_went_and_came() -> None:
    board = watch(5, 6)
    board.lines = {"e0": 3, "e1": 1}
    before = {"e0": {"a": 1, "b": 2, "c": 3}, "e1": {"a": 1}}
    after = {"e0": {"a": 1, "b": 5, "d": 4}, "e1": {"a": 1}}
    first, second = board.sightings(NOW + HOUR, before, after)
    assert first == (5 * HOUR, 4 * HOUR, 3, 1, 1, 1, NOW + HOUR)
    assert second == (6 * HOUR, 5 * HOUR, 1, 0, 0, 0, NOW + HOUR)


def test_a_reason_is_what_is_near() -> None:
    games = {"a": NOW + HOUR, "b": NOW + 1.2 * HOUR, "c": NOW + 9 * HOUR}
    assert why(games, NOW) == Why("starting", 2, datetime.fromtimestamp(NOW + HOUR, UTC))
    assert why(games, NOW + 2 * HOUR) == Why("playing", 2)
    assert why(games, NOW + 6 * HOUR) == Why(
        "waiting", 1, datetime.fromtimestamp(NOW + 9 * HOUR, UTC)
    )
    assert why({}, NOW) == Why("posting")
