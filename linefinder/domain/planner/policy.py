"""The next polls: what is known of every sport, weighed together against the budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from linefinder.domain.planner import gaps
from linefinder.domain.planner.hours import DAY, Floats
from linefinder.domain.planner.outlook import Outlook, expect
from linefinder.domain.planner.rates import HOUR, Rates
from linefinder.domain.planner.solve import Course, Path, share_out
from linefinder.domain.planner.watch import Watch

Objective = Literal["staleness", "delay"]
GRADES = ((0.5 * HOUR, 60.0), (3 * HOUR, 150.0), (1.5 * DAY, 900.0), (7 * DAY, 1800.0))
"""(up to how far ahead, step): a plan is fine where it is near, and made anew before it is not."""
COARSEST = HOUR
EARLY = 0.9
"""The share of the provider's interval after which it may well have looked again."""
SPREAD = 0.05
"""What a day without a poll costs besides, as a share of its line-time."""
LONGEST = DAY
"""A board is not left alone for longer, as long as there are lines on it and credits left."""
OVERLONG = 10.0
"""What a line costs a second beyond that, where one that is wrong costs 1."""
STEADY = 0.05
"""A planned poll stays where it is unless another moment is better by this share of a poll's price."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A sport to be planned. credits: what a poll costs; watched: the weight of its viewers at an
    array of times; planned: when its next poll was to be, so that plans do not flutter; soonest: when
    a poll may find anything new."""

    watch: Watch
    rates: Rates
    credits: float
    watched: Callable[[Floats], Floats] = np.ones_like
    planned: float | None = None
    soonest: float = -np.inf


@dataclass(frozen=True, slots=True)
class Plan:
    """polls: for each sport the times, soonest first, as far as they are planned; price: expected
    cost that one credit saves; spent: credits of the whole plan; fresh: expected share of line-time
    that is right."""

    polls: Mapping[str, Sequence[float]] = field(default_factory=dict)
    price: float = 0.0
    spent: float = 0.0
    fresh: float = 0.7


def graded(now: float, end: float, finest: float) -> Floats:
    """Instants from now to the end, dense where they are near, never denser than `finest`."""
    parts, begins = [], now
    for reach, step in (*GRADES, (np.inf, COARSEST)):
        until = min(end, now + reach)
        if until > begins:
            parts.append(np.arange(begins, until, max(step, finest)))
            begins = until
    return np.concatenate(parts) if parts else np.array([now])


@dataclass(frozen=True, slots=True)
class Survey:
    """What waiting costs each sport at the moments of a grid, whatever there is to spend: the greater
    part of the arithmetic. there: line-time in all; fresh: what was expected of it when it was made."""

    subjects: Mapping[str, Subject]
    courses: Mapping[str, Course]
    instants: Floats
    end: float
    there: float
    fresh: float


def make_plan(
    subjects: Mapping[str, Subject],
    budget: float,
    instants: Floats,
    end: float,
    refresh: float,
    objective: Objective = "staleness",
    last: Plan | None = None,
) -> Plan:
    """The polls at `instants` (the first is now) that make the most of `budget` credits until `end`.

    `refresh` is how often the provider looks itself, in seconds. `last` is the plan before this one.
    """
    last = last or Plan()
    found = survey(subjects, instants, end, refresh, objective, last.fresh)
    return plan_within(found, budget, last.price, objective)


def survey(
    subjects: Mapping[str, Subject],
    instants: Floats,
    end: float,
    refresh: float,
    objective: Objective,
    fresh: float,
) -> Survey:
    """All that a plan is made of but the budget; `fresh` is what the plan before this one expects."""
    courses, there = {}, 0.0
    for key, subject in subjects.items():
        times = np.concatenate(([min(subject.watch.polled_at, instants[0])], instants))
        fixtures = subject.watch.fixtures(float(instants[0]), end)
        if fixtures:
            outlook = expect(fixtures, times, subject.rates)
            watched = subject.watched(times)
            there += _line_time(outlook, end, watched)
            costs = _costs(outlook, end, watched, objective, refresh, fresh)
            costs += _spread(outlook, times, end) + _overlong(outlook, times, end)
            courses[key] = _course(costs, times, end, subject, refresh)
    return Survey(subjects, courses, instants, end, there, fresh)


def plan_within(
    seen: Survey, budget: float, guess: float, objective: Objective, credits_: float | None = None
) -> Plan:
    """The plan that a budget allows, where a poll costs `credits_` or what its subject says; `guess`
    is a price that was right a while ago."""
    if not seen.courses:
        return Plan(fresh=seen.fresh)
    courses = dict(seen.courses)
    if credits_ is not None:
        courses = {key: replace(course, credits=credits_) for key, course in courses.items()}
    price, paths = share_out(list(courses.values()), budget, guess)
    polls: dict[str, list[float]] = {}
    wrong, instants = 0.0, seen.instants
    for (key, course), path in zip(courses.items(), paths, strict=True):
        best = _times(path, np.append(instants, seen.end))
        kept = _kept(seen.subjects[key], path.first, instants, price * course.credits)
        polls[key] = best if kept is None else [kept, *(at for at in best[1:] if at > kept)]
        wrong += sum(course.costs[i, j] for i, j in _steps(path.polls, len(course.costs)))
    fresh = seen.fresh
    if objective == "staleness" and seen.there > 0:
        fresh = float(min(0.99, max(0.1, 1 - wrong / seen.there)))
    return Plan(polls, price, sum(path.spent for path in paths), fresh)


def _costs(
    outlook: Outlook,
    end: float,
    watched: Floats,
    objective: Objective,
    refresh: float,
    ghosts: float,
) -> Floats:
    """Costs of gaps; those that lie before now can't be helped any more and count nothing."""
    if objective == "delay":
        return gaps.delay(outlook, end, watched, refresh)
    costs = gaps.staleness(outlook, end, watched, ghosts)
    costs[0, 1:] -= costs[0, 1]
    return costs


def _spread(outlook: Outlook, times: Floats, end: float) -> Floats:
    """A little for each line and second, more the longer the last poll is ago: where lines move so fast
    that it is all the same when a poll comes, polls shall lie apart rather than at once."""
    lines = outlook.weights @ outlook.lines
    until = np.append(times, end)
    steps = np.diff(until) * lines
    middles = (until[:-1] + until[1:]) / 2 - until[0]
    there = np.concatenate(([0.0], np.cumsum(steps)))
    moment = np.concatenate(([0.0], np.cumsum(steps * middles)))
    since = moment - moment[:-1, None] - (times - until[0])[:, None] * (there - there[:-1, None])
    little: Floats = 2 * SPREAD * np.triu(np.maximum(since, 0.0)) / DAY
    return little


def _overlong(outlook: Outlook, times: Floats, end: float) -> Floats:
    """What the gaps cost that are longer than any should be."""
    until = np.append(times, end)
    beyond = np.maximum(until[None, :] - times[:, None] - LONGEST, 0.0)
    lines = (outlook.weights @ outlook.lines)[:, None]
    costs: Floats = OVERLONG * lines * beyond
    return costs


def _course(costs: Floats, times: Floats, end: float, subject: Subject, refresh: float) -> Course:
    steps = np.diff(np.append(times, end))
    may = np.ones(len(times), bool)
    may[0] = False
    may[1:] &= times[1:] >= subject.soonest
    room = np.maximum(np.floor(steps / refresh) - 1, 0.0)
    room[:2] = 0.0
    return Course(costs, may, subject.credits, room)


def _line_time(outlook: Outlook, end: float, watched: Floats) -> float:
    lines = outlook.weights @ outlook.lines
    steps = np.diff(np.append(outlook.instants, end)) * watched
    steps[0] = 0.0
    return float(lines @ steps)


def _times(path: Path, times: Floats) -> list[float]:
    """The times of a path's polls; `times` are those of instant 1 and all after it."""
    found: list[float] = []
    for at, more in zip(path.polls, path.more, strict=True):
        begin, until = times[at - 1], times[at]
        found += [float(begin + (until - begin) * part / (more + 1)) for part in range(more + 1)]
    return found


def _steps(polls: Sequence[int], end: int) -> list[tuple[int, int]]:
    return list(pairwise([0, *polls, end]))


def _kept(subject: Subject, first: Floats, instants: Floats, pay: float) -> float | None:
    """The moment that was planned before, where the best one is hardly better."""
    planned = subject.planned
    if planned is None or planned < instants[0]:
        return None
    near = int(np.searchsorted(instants, planned))
    if near >= len(instants) or first[near] > first.min() + STEADY * pay:
        return None
    return planned
