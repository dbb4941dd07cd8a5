"""Recordings as a world in which time passes: what the provider would have answered at any moment.

A policy sees it through an `Eye`, which knows what time it is: the schedule is free, the lines cost a
poll, and the future is not to be had.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linefinder.domain.errors import BrokenAnswer, LineFinderError
from linefinder.domain.odds import Line, each_line, iso, parse_time
from linefinder.domain.planner.hours import Floats
from linefinder.provider.normalise import Seen, normalise

ABSENT = -1
FIRST_STEP = 900.0
"""How often answers are taken to come before two were seen, in seconds."""


class RecordingUnusable(LineFinderError):
    """A file that is no recording, or a window that holds none of it."""


@dataclass(frozen=True)
class Track:
    """One recorded sport: at times[k] the answer had values[k, line] (a number for each pair of price
    and point, ABSENT where there was no line) and the schedule schedules[k]. events[line] is the
    number of the line's event in event_ids."""

    sport: str
    times: Floats
    values: NDArray[np.int32]
    events: NDArray[np.int32]
    event_ids: Sequence[str]
    schedules: Sequence[Mapping[str, float]]

    def at(self, now: float) -> int:
        """The index of the last answer at or before `now`."""
        return int(np.searchsorted(self.times, now, "right")) - 1


def read_track(path: Path) -> Track:
    """A recording: lines of {"at", "sport", "odds"}, plain or packed with xz."""
    times, schedules, rows = [], [], []
    lines: dict[tuple[str, ...], int] = {}
    values: dict[Line, int] = {}
    sports, seen = set(), Seen()
    for at, sport, body in _answers(path):
        sports.add(sport)
        try:
            odds = normalise(body, seen)
        except BrokenAnswer as error:
            raise RecordingUnusable(
                f"{path}: the answer of {iso(datetime.fromtimestamp(at, UTC))}: {error}"
            ) from error
        rows.append(
            {
                lines.setdefault(key, len(lines)): values.setdefault(value, len(values))
                for key, value in each_line(odds.events)
            }
        )
        schedules.append(
            {key: parse_time(event["starts_at"]).timestamp() for key, event in odds.events.items()}
        )
        times.append(at)
    if len(sports) != 1:
        raise RecordingUnusable(f"{path} holds answers of {len(sports)} sports, not of one")
    table = _table(rows, len(lines))
    numbers = {event: number for number, event in enumerate(dict.fromkeys(key[0] for key in lines))}
    events = np.array([numbers[key[0]] for key in lines], np.int32)
    return Track(sports.pop(), np.array(times), table, events, list(numbers), schedules)


def _table(rows: Sequence[Mapping[int, int]], width: int) -> NDArray[np.int32]:
    """One row an answer, one column a line: the number of its value, or ABSENT."""
    table = np.full((len(rows), width), ABSENT, np.int32)
    for row, found in zip(table, rows, strict=True):
        row[list(found)] = list(found.values())
    return table


def _answers(path: Path) -> Iterator[tuple[float, str, bytes]]:
    opened = lzma.open if path.suffix == ".xz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            for text in file:
                poll = json.loads(text)
                at = datetime.fromisoformat(poll["at"]).timestamp()
                yield at, str(poll["sport"]), json.dumps(poll["odds"]).encode()
    except (OSError, EOFError, lzma.LZMAError, ValueError, KeyError, TypeError) as error:
        reason = getattr(error, "strerror", None) or f"not a recording ({error})"
        raise RecordingUnusable(f"{path}: {reason}") from error


class World:
    """Tracks over a window (seconds since 1970) that lies within all of them."""

    def __init__(self, tracks: Sequence[Track], begin: float, end: float) -> None:
        for track in tracks:
            if track.at(begin) < 0 or begin >= end or end > track.times[-1] + 1:
                raise RecordingUnusable(f"the window is not within the recording of {track.sport}")
        self.tracks, self.begin, self.end = tracks, begin, end
        inside = [track.times[(track.times > begin) & (track.times < end)] for track in tracks]
        self.ticks: Floats = np.unique(np.concatenate([[begin], *inside]))

    def step(self, now: float) -> float:
        """How often answers were recorded up to now, in seconds."""
        past = [np.diff(track.times[track.times <= now]) for track in self.tracks]
        steps = np.concatenate(past)
        return float(np.median(steps)) if len(steps) else FIRST_STEP


class Eye:
    """A sport of the world as a policy may see it, at the moment `now`."""

    def __init__(self, track: Track, now: float) -> None:
        self._track, self._now = track, now
        self.sport = track.sport

    def pass_to(self, now: float) -> None:
        self._now = now

    def schedule(self) -> Mapping[str, float]:
        """Free: {event: start} as the provider told it last."""
        return self._track.schedules[self._track.at(self._now)]

    def look(self) -> dict[str, dict[int, int]]:
        """A poll: {event: {line: value}}."""
        track = self._track
        row = track.values[track.at(self._now)]
        found: dict[str, dict[int, int]] = {}
        for line in np.flatnonzero(row != ABSENT):
            event = track.event_ids[track.events[line]]
            found.setdefault(event, {})[int(line)] = int(row[line])
        return found
