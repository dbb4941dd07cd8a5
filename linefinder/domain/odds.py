"""Boards and lines.

The events of a board are one plain nested mapping, the same in memory, in a message and in the
browser, so that one diff and one checksum serve all three:

    {"<event id>": {"home": "Boston Celtics", "away": "Miami Heat",      # left out where unknown
                    "starts_at": "2026-11-24T00:10:00Z",
                    "lines": {"<bookmaker>": {"<market>": {"<outcome>": (price, point or None)}}}}}

Nobody changes such a mapping once it is on a board; a poll builds the next one, which may share parts
with the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

Line = tuple[float, float | None]
Market = dict[str, Line]
Lines = dict[str, dict[str, Market]]
Event = dict[str, Any]
Events = dict[str, Event]

NAMED_MARKETS = frozenset({"h2h", "h2h_lay", "spreads", "totals", "outrights", "outrights_lay"})
"""Markets whose outcomes go by name alone: their point moves, so it is part of the value."""

LIMIT = 1_000_000
"""No price or point is larger than this in size."""


class LineKey(NamedTuple):
    """Which line: four names, together unique on a board."""

    event: str
    bookmaker: str
    market: str
    outcome: str


class Position(NamedTuple):
    """A place in a sport's stream. The epoch guards against the accident that a restored or new
    database counts the same numbers again: version 40 of one epoch says nothing about another's."""

    epoch: str
    version: int


@dataclass(frozen=True, slots=True)
class Board:
    """All lines of a sport at a version. Version 0 is the empty board, whose time is None."""

    sport: str
    epoch: str
    odds_format: str
    version: int = 0
    time: datetime | None = None
    checksum: int = 0
    bookmakers: Mapping[str, str] = field(default_factory=dict)
    events: Events = field(default_factory=dict)

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.version)


@dataclass(frozen=True, slots=True)
class Odds:
    """What one answer of the provider says: the events, the names of its bookmakers, when each
    bookmaker's lines were confirmed (its oldest stamp), and what had to be left out, in words."""

    events: Events
    bookmakers: dict[str, str]
    confirmed: dict[str, datetime]
    left_out: tuple[str, ...] = ()


def each_line(events: Mapping[str, Any]) -> Iterator[tuple[LineKey, Line]]:
    """Every line of a board with its key, in the order of the mapping."""
    for event_id, event in events.items():
        for bookmaker, markets in event["lines"].items():
            for market, outcomes in markets.items():
                for outcome, line in outcomes.items():
                    yield LineKey(event_id, bookmaker, market, outcome), line


def starts_at(event: Mapping[str, Any]) -> datetime:
    """When an event starts, aware UTC."""
    return parse_time(event["starts_at"])


def parse_time(text: str) -> datetime:
    """ISO 8601 with an offset or Z, as an aware UTC time; ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} lies outside the years 1 to 9999 in UTC") from None


def iso(moment: datetime) -> str:
    """`2026-11-24T00:10:00Z`: to the second, as the provider writes times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_ms(moment: datetime) -> str:
    """`2026-11-24T00:10:00.120Z`: to the millisecond, as versions carry it."""
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{text[:-3]}Z"
