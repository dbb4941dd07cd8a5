"""When to poll, by six policies; the two oracles know the future and say how good any could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from linefinder.domain.planner import gaps
from linefinder.domain.planner.hours import Floats
from linefinder.domain.planner.outlook import expect
from linefinder.domain.planner.policy import Objective, Plan, Subject, graded, make_plan
from linefinder.domain.planner.rates import Rates, Tally, estimate
from linefinder.domain.planner.solve import Course, share_out
from linefinder.domain.planner.watch import Watch
from linefinder.simulate.judge import Polled
from linefinder.simulate.world import ABSENT, Eye, Track, World

POLICIES = ("fixed", "sqrt", "delay", "staleness", "oracle-freshness", "oracle-delay")


def polls_of(
    policy: str, world: World, polls: int, training: Mapping[str, Sequence[Track]]
) -> list[Polled]:
    """The polls of a policy in a world, at most `polls`; `training` are tracks by sport, seen up to
    the window's begin."""
    if policy == "fixed":
        return fixed(world, polls)
    if policy.startswith("oracle-"):
        return oracle(world, polls, policy.removeprefix("oracle-"))
    learners = [Learner(world, track, training.get(track.sport, ())) for track in world.tracks]
    if policy == "sqrt":
        return square_root(world, polls, learners)
    return planned(world, polls, learners, "delay" if policy == "delay" else "staleness")


class Learner:
    """One sport as a policy knows it: what its own polls saw, the schedule, and what it was taught."""

    def __init__(self, world: World, track: Track, training: Sequence[Track]) -> None:
        self.tally, self.watch = Tally(), Watch(0.0)
        self._lines: dict[str, dict[int, int]] = {}
        for taught in training:
            self.eye = Eye(taught, 0.0)
            for now in taught.times[taught.times < world.begin]:
                self.pass_to(float(now))
                self._look(float(now))
            self._lines = {}
        self.eye = Eye(track, world.begin)
        self.watch.since = {}  # what was shown then is not what the recording shows now
        self.poll(world.begin)

    def pass_to(self, now: float) -> None:
        """Time passes; the schedule is free."""
        self.eye.pass_to(now)
        self.watch.scheduled(now, self.eye.schedule())

    def poll(self, now: float) -> None:
        """Look, and learn from what changed since the last look."""
        self._look(now)
        self.rates: Rates = estimate(self.tally)

    def _look(self, now: float) -> None:
        lines = self.eye.look()
        if self._lines:
            self.tally.add(self.watch.sightings(now, self._lines, lines))
        self._lines = lines
        self.watch.polled(now, self.eye.schedule(), _counts(lines))


def _counts(lines: Mapping[str, Mapping[int, int]]) -> dict[str, int]:
    return {event: len(offered) for event, offered in lines.items()}


def planned(
    world: World, polls: int, learners: Sequence[Learner], objective: Objective
) -> list[Polled]:
    """The planner's polls: it plans anew at every tick, and polls what is due."""
    done: list[Polled] = []
    plan = Plan()
    for now in map(float, world.ticks):
        left = polls - len(done)
        if left <= 0:
            break
        for learner in learners:
            learner.pass_to(now)
        subjects = {str(i): Subject(one.watch, one.rates, 1.0) for i, one in enumerate(learners)}
        step = world.step(now)
        instants = graded(now, world.end, step)
        plan = make_plan(subjects, left, instants, world.end, step, objective, plan)
        for number, learner in enumerate(learners):
            due = plan.polls.get(str(number))
            if due and due[0] <= now and len(done) < polls:
                learner.poll(now)
                done.append(Polled(now, number))
    return done


def square_root(world: World, polls: int, learners: Sequence[Learner]) -> list[Polled]:
    """Polls in proportion to the square root of the expected changes, the law of Cho and
    Garcia-Molina for delays: made anew at every tick for the credits that are left."""
    done: list[Polled] = []
    owed = np.zeros(len(learners))
    for now in map(float, world.ticks):
        left = polls - len(done)
        if left <= 0:
            break
        step = world.step(now)
        instants = graded(now, world.end, step)
        roots = np.array([_roots(one, now, instants, (step, world.end)) for one in learners])
        steps = np.diff(np.append(instants, world.end))
        owed += left * roots[:, 0] * steps[0] / max(1e-9, float((roots * steps).sum()))
        for number in np.flatnonzero(owed >= 1.0)[:left]:
            owed[number] -= 1.0
            learners[number].poll(now)
            done.append(Polled(now, int(number)))
    return done


def _roots(learner: Learner, now: float, instants: Floats, seen: tuple[float, float]) -> Floats:
    step, end = seen
    learner.pass_to(now)
    times = np.concatenate(([learner.watch.polled_at], instants))
    fixtures = learner.watch.fixtures(now, end)
    if not fixtures:
        return np.zeros(len(instants))
    steps = np.diff(np.append(instants, end))
    expected = gaps.changes(expect(fixtures, times, learner.rates), step)[1:]
    roots: Floats = np.sqrt(np.maximum(expected, 0.0) / steps)
    return roots


def fixed(world: World, polls: int) -> list[Polled]:
    """As many polls, evenly spaced, shared equally among the sports."""
    sports = len(world.tracks)
    done = []
    for number in range(sports):
        share = polls // sports + (number < polls % sports)
        every = (world.end - world.begin) / max(1, share)
        done += [Polled(world.begin + (turn + 0.5) * every, number) for turn in range(share)]
    return sorted(done)


def oracle(world: World, polls: int, objective: str) -> list[Polled]:
    """The best that any schedule could do, by the same solver on what truly happened."""
    grids = [_grid(track, world) for track in world.tracks]
    ghosts, best = 1.0, []
    for _ in range(1 if objective == "delay" else 2):
        courses = [
            _true_course(track, grid, world.end, objective, ghosts)
            for track, grid in zip(world.tracks, grids, strict=True)
        ]
        _, paths = share_out(courses, polls)
        best = [
            Polled(float(grids[number][at]), number)
            for number, path in enumerate(paths)
            for at in path.polls
        ]
        ghosts = 0.8
    return sorted(best)


def _grid(track: Track, world: World) -> Floats:
    inside = track.times[(track.times > world.begin) & (track.times < world.end)]
    return np.concatenate(([world.begin], inside))


def _true_course(track: Track, grid: Floats, end: float, objective: str, ghosts: float) -> Course:
    rows = track.values[np.searchsorted(track.times, grid, "right") - 1]
    rows = rows[:, (rows != ABSENT).any(axis=0)]
    if objective == "delay":
        costs = _true_delay(rows, grid, end)
    else:
        costs = _true_wrong(rows, grid, end, ghosts)
    may = np.ones(len(grid), bool)
    may[0] = False
    return Course(costs, may, 1.0, np.zeros(len(grid)))


def _true_wrong(rows: np.ndarray, grid: Floats, end: float, ghosts: float) -> Floats:
    size = len(grid)
    wrong = np.zeros((size, size))
    for held in range(size):
        real, seen = rows[held:], rows[held]
        right = np.count_nonzero((real == seen) & (real != ABSENT), axis=1)
        union = np.count_nonzero((real != ABSENT) | (seen != ABSENT), axis=1)
        wrong[held, held:] = ghosts * union - right
    steps = np.diff(np.append(grid, end))
    costs = np.pad(np.cumsum(wrong * steps, axis=1), ((0, 0), (1, 0)))
    costs -= np.diagonal(costs)[:, None].copy()
    return costs


def _true_delay(rows: np.ndarray, grid: Floats, end: float) -> Floats:
    changed = np.concatenate(([0], np.count_nonzero(rows[1:] != rows[:-1], axis=1)))
    count, moment = np.cumsum(changed), np.cumsum(changed * grid)
    # a poll sees the change of its own instant, so a gap holds those after i up to j
    upto, weighted = np.append(count, count[-1]), np.append(moment, moment[-1])
    times = np.append(grid, end)
    waits = times * (upto - count[:, None]) - (weighted - moment[:, None])
    costs: Floats = np.maximum(np.triu(waits), 0.0)
    return costs
