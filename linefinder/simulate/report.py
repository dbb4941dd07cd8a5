"""Policies side by side: freshness, delay, and skill, which is where a policy stands between a fixed
cadence (0) and the best that any schedule could have done (1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from linefinder.domain.planner.hours import DAY
from linefinder.simulate.judge import Polled, Score, judge, missed
from linefinder.simulate.policies import POLICIES, polls_of
from linefinder.simulate.world import Track, World

NEEDED = ("fixed", "oracle-freshness", "oracle-delay")
RESAMPLES = 1000
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """One policy. Delays in minutes; intervals of the skills (90 %) from a bootstrap of whole days."""

    policy: str
    polls: int
    freshness: float
    mean_delay: float
    p95_delay: float
    missed: int
    skill: float
    skill_interval: Interval
    delay_skill: float
    delay_skill_interval: Interval


def compare(
    world: World,
    polls: int,
    training: Mapping[str, Sequence[Track]],
    wanted: Sequence[str] = POLICIES,
    progress: Callable[[str], None] = lambda policy: None,
) -> tuple[list[Row], dict[str, list[Polled]]]:
    """A row for each wanted policy, and the polls of all that were run."""
    done: dict[str, list[Polled]] = {}
    for policy in dict.fromkeys((*NEEDED, *wanted)):
        progress(policy)
        done[policy] = polls_of(policy, world, polls, training)
    days = {policy: _by_day(world, made) for policy, made in done.items()}
    draws = _draws(len(next(iter(days.values()))))
    return [_row(policy, world, done[policy], days, draws) for policy in wanted], done


def _by_day(world: World, polls: Sequence[Polled]) -> list[Score]:
    days = max(1, round((world.end - world.begin) / DAY))
    edges = [*(world.begin + DAY * day for day in range(days)), world.end]
    return [judge(world, polls, float(begin), float(end)) for begin, end in pairwise(edges)]


def _draws(days: int) -> list[Sequence[int]]:
    """Days with replacement; the first draw is the window as it was."""
    chance = np.random.default_rng(1)
    resampled = [chance.integers(0, days, days).tolist() for _ in range(RESAMPLES)]
    return [range(days), *resampled]


def _row(
    policy: str,
    world: World,
    polls: Sequence[Polled],
    days: Mapping[str, list[Score]],
    draws: Sequence[Sequence[int]],
) -> Row:
    score = judge(world, polls)
    fresh = _skills(days, policy, "oracle-freshness", _freshness, draws)
    delay = _skills(days, policy, "oracle-delay", _delay, draws)
    return Row(
        policy,
        len(polls),
        score.freshness,
        score.mean_delay / 60,
        score.p95_delay / 60,
        missed(world, polls),
        fresh[0],
        _interval(fresh),
        delay[0],
        _interval(delay),
    )


def _skills(
    days: Mapping[str, list[Score]],
    policy: str,
    oracle: str,
    measure: Callable[[list[Score], Sequence[int]], float],
    draws: Sequence[Sequence[int]],
) -> list[float]:
    skills = []
    for draw in draws:
        mine, fixed, best = (measure(days[name], draw) for name in (policy, "fixed", oracle))
        skills.append((mine - fixed) / (best - fixed) if best != fixed else 0.0)
    return skills


def _freshness(days: list[Score], draw: Sequence[int]) -> float:
    right, shown = (sum(getattr(days[day], name) for day in draw) for name in ("right", "shown"))
    return float(right / max(1.0, shown))


def _delay(days: list[Score], draw: Sequence[int]) -> float:
    count = sum(len(days[day].waits) for day in draw)
    return float(sum(float(days[day].waits.sum()) for day in draw) / max(1, count))


def _interval(skills: Sequence[float]) -> Interval:
    low, high = np.percentile(skills[1:], (5, 95))
    return float(low), float(high)
