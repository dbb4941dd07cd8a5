"""The shapes of the REST answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

Status = Literal["stale", "waiting", "idle", "live", "delayed"]
Time = Annotated[str, Meta(description="ISO 8601 UTC with Z")]
Line = Annotated[
    tuple[int | float, int | float | None], Meta(description="[price, point]; point null if none")
]
Lines = Annotated[
    dict[str, dict[str, dict[str, Line]]], Meta(description="bookmaker > market > outcome > line")
]


class Problem(Struct):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str


class Sport(Struct):
    sport: str
    alias: str | None
    title: str
    active: bool
    polled: bool
    status: Status
    data_at: Time | None
    events: int


class Quota(Struct):
    remaining: int | None
    used: int | None
    reserve: int | None


class Because(Struct):
    kind: Literal["starting", "playing", "waiting", "posting"]
    events: int
    at: Time | None


class Feed(Struct):
    status: Status
    reason: str | None
    data_at: Time | None
    next_poll_at: Time | None
    because: Because | None
    fresh: tuple[int, int]
    ages: dict[str, int]
    quota: Quota


class Event(Struct, omit_defaults=True):
    starts_at: Time
    lines: Lines
    home: str = ""
    away: str = ""


class Board(Struct):
    sport: str
    epoch: str
    version: int
    time: Time | None
    odds_format: Literal["american", "decimal"]
    checksum: int
    bookmakers: dict[str, str]
    events: dict[str, Event]
    feed: Feed


class EventDetail(Struct, omit_defaults=True):
    id: str
    sport: str
    epoch: str
    version: int
    odds_format: Literal["american", "decimal"]
    starts_at: Time
    lines: Lines
    openers: Lines
    best: Annotated[
        dict[str, dict[str, list[str]]], Meta(description="market > outcome > bookmakers")
    ]
    feed: Feed
    home: str = ""
    away: str = ""


class Refreshed(Struct):
    sport: str
    epoch: str
    version: int
    changed: bool
    credits: int
    remaining: int | None


Name = Annotated[str, Meta(max_length=64)]
Mode = Literal["adaptive", "fixed"]


class Polling(Struct):
    enabled: bool
    switched: bool
    sports: list[str]
    mode: Mode


class Switch(Struct, forbid_unknown_fields=True):
    enabled: bool | UnsetType = UNSET
    sports: Annotated[list[Name], Meta(max_length=16)] | UnsetType = UNSET
    mode: Mode | UnsetType = UNSET


class Health(Struct):
    ok: bool
    full: bool
    problems: list[str]
