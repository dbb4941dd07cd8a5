"""Gaps, paths and budgets: the cheapest polls are the cheapest, and never too many."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.planner import gaps
from linefinder.domain.planner.outlook import Fixture, expect
from linefinder.domain.planner.rates import GONE, HOUR, MOVED, POSTED, Rates
from linefinder.domain.planner.solve import Course, cheapest, share_out
from tests.support.machine import fresh_env
from tests.support.recordings import ROOT

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


@pytest.mark.parametrize("budget", [3, 30, 100, 121])
def test_a_price_of_before_finds_the_same_polls(budget: int) -> None:
    chance = np.random.default_rng(budget)
    ages = np.maximum(np.arange(81) - np.arange(80)[:, None], 0)
    busy = chance.exponential(size=(2, 81))
    courses = [course(np.cumsum(moving * ages, axis=1), 3.0) for moving in busy]
    price, paths = share_out(courses, budget)
    assert budget - 6 < sum(path.spent for path in paths) <= budget
    for factor in (1e-9, 0.5, 1.0, 3.0, 1e9):
        guessed, again = share_out(courses, budget, price * factor)
        assert [path.polls for path in again] == [path.polls for path in paths]
        best = [cheapest(one, guessed).polls for one in courses]
        assert best == [path.polls for path in paths], "they are the best at the price that is told"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads as Linux does")
def test_the_arithmetic_keeps_to_one_core() -> None:
    code = (
        "import os, linefinder.domain.planner.gaps, numpy as np; a = np.ones((500, 500)); a @ a;"
        "print(len(os.listdir('/proc/self/task')))"
    )
    command = [sys.executable, "-c", code]
    told = subprocess.run(
        command, cwd=ROOT, env=fresh_env(), capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "1"


def test_costs_next_to_nothing_are_shared_out_too() -> None:
    costs = np.triu(np.ones((6, 7)), 1) * 1e-300
    assert sum(path.spent for path in share_out([course(costs), course(costs)], 1)[1]) <= 1


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
