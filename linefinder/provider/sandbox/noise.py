"""Chance that is the same whenever it is asked: numbers that stand for names, and paths."""

from __future__ import annotations

import math
from zlib import crc32

STRAY_SECONDS = 1800
STRAYS = 0.04
FARTHEST = 0.36


def draw(name: str) -> float:
    """A number from 0 to 1 that stands for a name for ever."""
    return crc32(name.encode()) / 0x1_0000_0000


def noise(name: str, when: float, period: float) -> float:
    """A smooth path between -1 and 1 with a new direction every `period` seconds."""
    place = when / period
    before = math.floor(place)
    share = place - before
    share = share * share * (3 - 2 * share)
    first, then = draw(f"{name}:{before}"), draw(f"{name}:{before + 1}")
    return 2 * (first + (then - first) * share) - 1


def stray(name: str, when: float) -> float:
    """How far (in log-odds) a bookmaker strays from all others on a game: mostly not at all, now and
    then by much for half an hour, as real ones do."""
    place = f"{name}:stray:{when // STRAY_SECONDS}"
    if draw(place) >= STRAYS:
        return 0.0
    way = 2 * draw(f"{place}:way") - 1
    return FARTHEST * way
