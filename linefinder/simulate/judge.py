"""How good polls were: the share of line-time that was right, and how long changes waited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from linefinder.simulate.world import ABSENT, Track, World


class Polled(NamedTuple):
    """A poll of a simulation: when (seconds since 1970), and of which track."""

    at: float
    track: int


class Score(NamedTuple):
    """right and shown: line-seconds that were right, of those in the truth or shown; waits: seconds
    that each change waited for a poll (for the end of the window where none came)."""

    right: float
    shown: float
    waits: np.ndarray

    @property
    def freshness(self) -> float:
        return float(self.right / self.shown) if self.shown else 1.0

    @property
    def mean_delay(self) -> float:
        return float(self.waits.mean()) if len(self.waits) else 0.0

    @property
    def p95_delay(self) -> float:
        return float(np.percentile(self.waits, 95)) if len(self.waits) else 0.0


def judge(
    world: World, polls: Sequence[Polled], begin: float | None = None, end: float | None = None
) -> Score:
    """The score of polls over the world's window, or a part of it (for the bootstrap)."""
    begin, end = world.begin if begin is None else begin, world.end if end is None else end
    right, shown, waits = 0.0, 0.0, []
    for number, track in enumerate(world.tracks):
        times = np.array(sorted(poll.at for poll in polls if poll.track == number))
        scored = _judge_track(track, times, world, begin, end)
        right, shown = right + scored[0], shown + scored[1]
        waits.append(scored[2])
    return Score(right, shown, np.concatenate(waits))


def missed(world: World, polls: Sequence[Polled]) -> int:
    """Changes that no poll ever saw: the line changed again (or the window ended) before one came."""
    count = 0
    for number, track in enumerate(world.tracks):
        times = sorted(poll.at for poll in polls if poll.track == number)
        seen = [track.at(at) for at in (world.begin, *times)]
        rows = track.values[seen[0] : track.at(world.end - 1e-6) + 1]
        changes = int((rows[1:] != rows[:-1]).sum())
        found = track.values[seen]
        count += changes - int((found[1:] != found[:-1]).sum())
    return count


def _judge_track(
    track: Track, polls: np.ndarray, world: World, begin: float, end: float
) -> tuple[float, float, np.ndarray]:
    inside = track.times[(track.times > begin) & (track.times < end)]
    times = np.unique(np.concatenate([[begin], inside, polls[(polls > begin) & (polls < end)]]))
    spans = np.diff(np.append(times, end))
    truth = np.searchsorted(track.times, times, "right") - 1
    last = np.searchsorted(polls, times, "right") - 1
    showing = np.where(last < 0, world.begin, polls[last] if len(polls) else world.begin)
    shown = np.searchsorted(track.times, showing, "right") - 1
    right = union = 0.0
    for now, held, span in zip(truth, shown, spans, strict=True):
        real, seen = track.values[now], track.values[held]
        right += float(span) * np.count_nonzero((real == seen) & (real != ABSENT))
        union += float(span) * np.count_nonzero((real != ABSENT) | (seen != ABSENT))
    return right, union, _waits(track, polls, world.end, begin, end)


def _waits(track: Track, polls: np.ndarray, last: float, begin: float, end: float) -> np.ndarray:
    first, until = track.at(begin), track.at(end - 1e-6)
    rows = track.values[first : until + 1]
    counts = np.count_nonzero(rows[1:] != rows[:-1], axis=1)
    moments = track.times[first + 1 : until + 1]
    ends = np.append(polls, last)
    waits = ends[np.searchsorted(ends, moments)] - moments
    return np.repeat(waits, counts)
