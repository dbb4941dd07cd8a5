"""Recorded answers, played again: every time in them moved so that the recording begins now.

A recording is a file of JSON lines `{"at", "sport", "odds"}`, oldest first, plain or xz. Lines are kept
as compressed text in memory and decoded when they are asked for, so that an hour or a week cost little.
"""

from __future__ import annotations

import lzma
import re
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from linefinder.domain.odds import iso, iso_ms, parse_time
from linefinder.provider.sandbox.source import Body

LARGEST_LINE = 64 * 1024 * 1024
_TIME = re.compile(rb'"(commence_time|last_update)":\s*"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"')


class BadRecording(ValueError):
    """The file can't be played; the message says why."""


class _Head(msgspec.Struct):
    at: str
    sport: str
    odds: msgspec.Raw


class Tape:
    """The answers of one file: one sport."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.times: list[datetime] = []
        self._bodies: list[bytes] = []
        self.sport = ""
        for number, line in enumerate(_lines(path), 1):
            self._add(number, line)
        if not self.times:
            raise BadRecording(f"{path}: it holds no answer")

    def _add(self, number: int, line: bytes) -> None:
        try:
            head = msgspec.json.decode(line, type=_Head)
            at = parse_time(head.at)
        except (msgspec.DecodeError, ValueError) as error:
            raise BadRecording(f"{self.path}, line {number}: {error}") from None
        if self.sport and head.sport != self.sport:
            raise BadRecording(f"{self.path}, line {number}: another sport than {self.sport}")
        if self.times and at < self.times[-1]:
            raise BadRecording(f"{self.path}, line {number}: older than the line before")
        self.sport = head.sport
        self.times.append(at)
        self._bodies.append(zlib.compress(bytes(head.odds), 1))

    def body(self, index: int) -> bytes:
        return zlib.decompress(self._bodies[index])


class Recordings:
    """Tapes of several sports, started together; `speed` 60 plays an hour in a minute."""

    def __init__(self, paths: list[Path], started: datetime, speed: float) -> None:
        self._tapes: dict[str, Tape] = {}
        for path in paths:
            tape = Tape(path)
            if tape.sport in self._tapes:
                raise BadRecording(f"{path}: {tape.sport} is in another recording already")
            self._tapes[tape.sport] = tape
        first = min(tape.times[0] for tape in self._tapes.values())
        self._started, self._speed, self._first = started, speed, first
        self._shift = timedelta(seconds=round((started - first).total_seconds()))
        self._index: int | None = None
        self._read = lru_cache(maxsize=8)(self._decoded)

    def sports(self) -> list[str]:
        return list(self._tapes)

    def step(self, index: int | None) -> None:
        longest = max(len(tape.times) for tape in self._tapes.values())
        if index is not None and not 0 <= index < longest:
            raise ValueError(f"index lies between 0 and {longest - 1}")
        self._index = index

    def odds(self, sport: str, at: datetime) -> Body:
        tape = self._tapes.get(sport)
        if tape is None:
            return []
        index = self._at(tape, at)
        return self._read(sport, index) if index >= 0 else []

    def event(self, sport: str, event: str, at: datetime) -> dict[str, Any] | None:
        """No props were recorded: an event has its featured markets."""
        return next((found for found in self.odds(sport, at) if found["id"] == event), None)

    def scores(self, sport: str, at: datetime, days: int) -> Body:
        """No scores were recorded."""
        return []

    def state(self, at: datetime) -> dict[str, Any]:
        return {
            "source": "recording",
            "speed": self._speed,
            "shift_seconds": int(self._shift.total_seconds()),
            "step": self._index,
            "recordings": {
                sport: {
                    "file": tape.path.name,
                    "index": self._at(tape, at),
                    "times": [iso_ms(time) for time in tape.times],
                }
                for sport, tape in self._tapes.items()
            },
        }

    def _at(self, tape: Tape, at: datetime) -> int:
        """Which answer stands: the last one at or before the moment in recorded time, -1 for none."""
        if self._index is not None:
            return min(self._index, len(tape.times) - 1)
        recorded = self._first + (at - self._started) * self._speed
        return bisect_right(tape.times, recorded) - 1

    def _decoded(self, sport: str, index: int) -> Body:
        body: Body = msgspec.json.decode(
            _TIME.sub(self._moved, self._tapes[sport].body(index)), type=Body
        )
        return body

    def _moved(self, found: re.Match[bytes]) -> bytes:
        moment = parse_time(found[2].decode()) + self._shift
        return b'"%s":"%s"' % (found[1], iso(moment).encode())


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with _opened(path) as file:
            for line in file:
                if len(line) > LARGEST_LINE:
                    raise BadRecording(f"{path}: a line is longer than {LARGEST_LINE} bytes")
                if line.strip():
                    yield line
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise BadRecording(f"{path}: {getattr(error, 'strerror', None) or error}") from None


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, lzma.open(path) if path.suffix == ".xz" else path.open("rb"))
