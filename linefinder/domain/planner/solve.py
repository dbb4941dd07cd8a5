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

TRIES = 40
NEAR = 1.25
"""The factor by which a price is looked for beside the one that was right before."""
FREE = 1e-9
"""A price below this is none: dividing by it would overflow."""
FARTHEST = 1e9
CLOSE = 0.002
"""How near, as a share, the credits of a plan must come to its budget, or else its price to the right
one."""
FINEST = 1e-6
"""Two prices so near, as a share, are one."""


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
    inner, may = _inner(course, pay).tolist(), course.may.tolist()
    rest = np.append(np.full(size, np.inf), 0.0)
    following = [size] * size
    first = np.empty(0)
    for i in range(size - 1, -1, -1):
        if i and not may[i]:
            continue  # no path comes by
        ways = first = costs[i, i + 1 :] + rest[i + 1 :]
        if i and inner[i]:
            ways[0] += costs[i, i + 1] * (1 / (inner[i] + 1) - 1) + inner[i] * pay
        best = int(ways.argmin())
        following[i] = i + 1 + best
        if may[i]:
            rest[i] = ways[best] + pay
    polls, at = [], 0
    while following[at] < size:
        at = following[at]
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

    `guess` is a price that was right a while ago: the right one is looked for about it, farther with
    every step, and then between the two that it lies between.
    """
    free = [cheapest(course, 0.0) for course in courses]
    if _spent(free) <= budget:
        return 0.0, free
    highest = max(float(course.costs[0, -1]) for course in courses) + 1.0  # nothing is worth that
    least = min(course.credits for course in courses)
    low, high, found = 0.0, highest, None
    middle, reach = guess if 0.0 < guess < highest else highest / 4.0, NEAR
    for _ in range(TRIES):
        tried = [cheapest(course, middle) for course in courses]
        left = budget - _spent(tried)
        if left < 0:
            low = middle
        else:
            high, found = middle, tried
            if left <= budget * CLOSE:
                break
        if found and low > 0:
            # where no poll more could be paid for, the polls are right and the price is near
            near = CLOSE if budget - _spent(found) < least else FINEST
            if high - low < near * high:
                break
            middle = float(np.sqrt(low * high))  # by ratio: prices span orders of magnitude
        else:
            middle = high / reach if found else min(highest, low * reach)
            reach = min(reach**2, FARTHEST)
    return high, found or [cheapest(course, highest) for course in courses]


def _spent(paths: Sequence[Path]) -> float:
    return sum(path.spent for path in paths)
