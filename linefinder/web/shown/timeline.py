"""The plan as a timeline: for each sport the polls that were made and those that are planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from linefinder.domain.feed import Why
from linefinder.web.shown.text import plural

PAST, AHEAD = timedelta(hours=6), timedelta(hours=18)
WIDTH = 960.0
HOUR = timedelta(hours=1)
EVERY = 3
"""Hours between two marks of the axis."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A sport: x positions of polls done and planned, the next one and what it is for."""

    title: str
    done: Sequence[float]
    planned: Sequence[float]
    next_at: datetime | None
    because: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """lanes over `WIDTH` units; marks are (x, time) of whole hours; `now` is an x."""

    lanes: Sequence[Lane]
    marks: Sequence[tuple[float, datetime]]
    now: float


def x_of(moment: datetime, now: datetime) -> float:
    """Where a moment lies on the axis."""
    return round(WIDTH * ((moment - now + PAST) / (PAST + AHEAD)), 1)


def timeline(
    done: Sequence[tuple[str, datetime]],
    planned: Mapping[str, Sequence[datetime]],
    whys: Mapping[str, Why],
    titles: Mapping[str, str],
    now: datetime,
) -> Timeline:
    """The timeline of the sports in `planned`."""
    lanes = [
        Lane(
            titles.get(sport, sport),
            [x_of(at, now) for polled, at in done if polled == sport and at >= now - PAST],
            [x_of(at, now) for at in coming if at <= now + AHEAD],
            coming[0] if coming else None,
            because(whys[sport]) if sport in whys else "",
        )
        for sport, coming in planned.items()
    ]
    return Timeline(lanes, _marks(now), x_of(now, now))


def _marks(now: datetime) -> list[tuple[float, datetime]]:
    first = (now - PAST).replace(minute=0, second=0, microsecond=0) + HOUR
    hours = [first + HOUR * number for number in range(24)]
    return [(x_of(at, now), at) for at in hours if at.hour % EVERY == 0 and at <= now + AHEAD]


def because(why: Why) -> str:
    """Why a poll is when it is, in words (times in UTC)."""
    games = plural(why.events, "game")
    starts = f"{why.at:%a %H:%M} UTC" if why.at else ""
    if why.kind == "starting":
        return f"because {games} {'starts at' if why.events == 1 else 'start from'} {starts}"
    if why.kind == "playing":
        return f"because {games} {'is' if why.events == 1 else 'are'} in play"
    if why.kind == "waiting":
        return f"to keep {games} fresh; the next starts {starts}"
    return "to see whether games are posted"
