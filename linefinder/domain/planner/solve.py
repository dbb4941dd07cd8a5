"""The polls of several sports that cost least together: a shortest path each, one price for all.

A poll costs its credits times a price; for a given price every sport's best polls are a shortest path
over the instants. The price at which all sports together spend the budget is found by bisection: a
credit then buys the same in every sport (Azar et al. 2018 for the relaxed problem).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linefinder.domain.planner.hours import Floats

BISECTIONS = 40
FREE = 1e-9
"""A price below this is none: dividing by it would overflow."""
CLOSE = 0.002
"""How near, as a share of the budget, the credits of a plan must come to it."""


@dataclass(frozen=True, slots=True)
class Course:
    """One sport's problem. costs: gaps.py; instant 0 is the last poll and costs nothing. may: at
    which instants a poll may be; credits: what a poll costs; room: how many more polls would fit
    between an instant and the next, where the grid is coarser than polls may be."""

    costs: Floats
    may: Floats
    credits: float
    room: Floats


@dataclass(frozen=True, slots=True)
class Path:
    """The best polls of one sport from instant 0 on: their indices, how many more there are in the
    step after each, what they spend, and the value of a first poll at each instant (cost from there
    on; infinite where none may be)."""

    polls: list[int]
    more: list[int]
    spent: float
    first: Floats


def cheapest(course: Course, price: float) -> Path:
    """The polls that cost least where a credit has a price."""
    costs, pay = course.costs, price * course.credits
    size = len(costs)
    inner = _inner(course, pay)
    rest = np.append(np.full(size, np.inf), 0.0)
    following = np.zeros(size, int)
    first = np.empty(0)
    for i in range(size - 1, -1, -1):
        ways = costs[i, i + 1 :] + rest[i + 1 :]
        if i and inner[i]:
            ways[0] += costs[i, i + 1] * (1 / (inner[i] + 1) - 1) + inner[i] * pay
        best = int(ways.argmin())
        following[i] = i + 1 + best
        first = ways
        if course.may[i]:
            rest[i] = ways[best] + pay
    polls, at = [], 0
    while following[at] < size:
        at = int(following[at])
        polls.append(at)
    more = [int(inner[at]) if following[at] == at + 1 else 0 for at in polls]
    return Path(polls, more, course.credits * (len(polls) + sum(more)), first)


def _inner(course: Course, pay: float) -> Floats:
    """How many polls more are worth it within each step: m of them leave 1 / (m + 1) of its cost."""
    if pay < FREE:
        return course.room
    steps = np.diagonal(course.costs[:, 1:])
    worth = np.floor(np.sqrt(np.maximum(steps, 0.0) / pay)) - 1
    inner: Floats = np.clip(worth, 0.0, course.room)
    return inner


def share_out(
    courses: Sequence[Course], budget: float, guess: float = 0.0
) -> tuple[float, list[Path]]:
    """The price of a credit, and each sport's polls, that spend at most `budget` credits.

    `guess` is a price that was right a while ago.
    """
    paths = [cheapest(course, 0.0) for course in courses]
    if sum(path.spent for path in paths) <= budget:
        return 0.0, paths
    low, high = 0.0, max(float(course.costs[0, -1]) for course in courses) + 1.0
    paths = [cheapest(course, high) for course in courses]
    price = high
    for turn in range(BISECTIONS):
        middle = guess if turn == 0 and low < guess < high else _between(low, high, turn)
        tried = [cheapest(course, middle) for course in courses]
        spent = sum(path.spent for path in tried)
        if spent > budget:
            low = middle
            continue
        high = price = middle
        paths = tried
        if spent >= budget * (1 - CLOSE) or high - low < 1e-6 * high:
            break
    return price, paths


def _between(low: float, high: float, turn: int) -> float:
    """By ratio where that is possible: prices span orders of magnitude."""
    return float(np.sqrt(low * high)) if low > 0 else high / 4.0
