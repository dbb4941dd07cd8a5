"""Gaps, paths and budgets: the cheapest polls are the cheapest, and never too many."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.planner import gaps
from linefinder.domain.planner.outlook import Fixture, expect
from linefinder.domain.planner.rates import GONE, HOUR, MOVED, POSTED, Rates
from linefinder.domain.planner.solve import Course, cheapest, share_out

RATES = Rates(MOVED, GONE, POSTED, 66.0)
NOW = 1_784_000_000.0
END = NOW + 12 * HOUR
INSTANTS = np.arange(NOW, END, HOUR)


def outlook(*fixtures: Fixture):  # type: ignore[no-untyped-def]
    return expect(fixtures, INSTANTS, RATES)


def course(costs: np.ndarray, credits_: float = 1.0) -> Course:
    may = np.ones(len(costs), bool)
    may[0] = False
    return Course(costs, may, credits_, np.zeros(len(costs)))


def cost_of(costs: np.ndarray, polls: tuple[int, ...]) -> float:
    stops = [0, *polls, len(costs)]
    return float(sum(costs[i, j] for i, j in pairwise(stops)))


COSTS = st.integers(3, 7).flatmap(
    lambda size: st.lists(
        st.floats(0, 10), min_size=size * (size + 1), max_size=size * (size + 1)
    ).map(lambda flat: np.triu(np.array(flat).reshape(size, size + 1), 1))
)


@given(COSTS, st.floats(0, 5))
def test_the_path_is_the_cheapest_of_all(costs: np.ndarray, price: float) -> None:
    every = [
        polls for count in range(len(costs)) for polls in combinations(range(1, len(costs)), count)
    ]
    best = min(cost_of(costs, polls) + price * len(polls) for polls in every)
    path = cheapest(course(costs), price)
    assert cost_of(costs, tuple(path.polls)) + price * len(path.polls) == pytest.approx(best)
    assert path.spent == len(path.polls)


@given(st.lists(COSTS, min_size=1, max_size=3), st.integers(0, 12))
def test_a_budget_is_never_overspent(all_costs: list[np.ndarray], budget: int) -> None:
    _, paths = share_out([course(costs, 3.0) for costs in all_costs], budget)
    assert sum(path.spent for path in paths) <= budget
    assert all(path.spent == 3 * len(path.polls) for path in paths)


def test_a_poll_is_never_where_none_may_be() -> None:
    costs = np.triu(np.ones((6, 7)) * np.arange(7) ** 2, 1)
    closed = course(costs)
    closed.may[[1, 2, 4]] = False
    assert set(cheapest(closed, 0.0).polls) <= {3, 5}


@pytest.mark.parametrize("kind", ["staleness", "delay"])
def test_longer_gaps_cost_more(kind: str) -> None:
    seen = outlook(
        Fixture(NOW + 3 * HOUR, 60), Fixture(NOW + 9 * HOUR, 40), Fixture(NOW - HOUR, 30)
    )
    watched = np.ones(len(INSTANTS))
    if kind == "delay":
        costs = gaps.delay(seen, END, watched, 60)
    else:
        costs = gaps.staleness(seen, END, watched, 0.7)
    for row, first in zip(costs, range(len(costs)), strict=True):
        assert (np.diff(row[first:]) >= -1e-6).all()
    # and two gaps never cost more than one over both
    size = len(costs)
    for i, k, j in combinations(range(size), 3):
        assert costs[i, k] + costs[k, j] <= costs[i, j] + 1e-6


def test_a_poll_pays_most_near_the_start() -> None:
    seen = outlook(Fixture(NOW + 4 * HOUR, 60))
    costs = gaps.staleness(seen, END, np.ones(len(INSTANTS)), 0.7)
    early, late = (float(costs[0, 12] - costs[0, k] - costs[k, 12]) for k in (1, 3))
    assert late > early > 0


def test_an_event_that_is_gone_leaves_ghosts_until_a_poll() -> None:
    gone = outlook(Fixture(NOW - 3 * HOUR, 50, gone=NOW + 2 * HOUR))
    costs = gaps.staleness(gone, END, np.ones(len(INSTANTS)), 1.0)
    assert costs[5, 6] == pytest.approx(0, abs=1)
    assert costs[0, 12] > 9 * HOUR * 50 * 0.9


def test_more_is_watched_where_viewers_are() -> None:
    seen = outlook(Fixture(NOW + 6 * HOUR, 60))
    plain = gaps.staleness(seen, END, np.ones(len(INSTANTS)), 0.7)
    twice = gaps.staleness(seen, END, np.full(len(INSTANTS), 2.0), 0.7)
    assert twice == pytest.approx(2 * plain)
