"""The shapes of the REST answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Status = Literal["stale", "waiting", "idle", "live", "delayed"]
Time = Annotated[str, Meta(description="ISO 8601 UTC with Z")]
Line = Annotated[
    tuple[int | float, int | float | None], Meta(description="[price, point]; point null if none")
]
Lines = Annotated[
    dict[str, dict[str, dict[str, Line]]], Meta(description="bookmaker > market > outcome > line")
]

Name = Annotated[str, Meta(max_length=256)]


class Moment(Struct, omit_defaults=True):
    """Which board: the one that stood at a moment, without `at` the present one."""

    at: Annotated[
        str,
        Meta(description="ISO 8601 with Z or an offset", extra_json_schema={"format": "date-time"}),
    ] = ""


class WhichLines(Struct, omit_defaults=True):
    """Which lines of an event, and in which form."""

    market: Name = ""
    bookmaker: Name = ""
    outcome: Name = ""
    format: Literal["json", "csv"] = "json"


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


class Feed(Struct):
    status: Status
    reason: str | None
    data_at: Time | None
    next_poll_at: Time | None
    fresh: tuple[int, int]
    ages: dict[str, int]
    quota: Quota


class Event(Struct, omit_defaults=True):
    starts_at: Time
    lines: Lines
    home: str = ""
    away: str = ""


class Board(Struct, omit_defaults=True):
    sport: str
    epoch: str
    version: int
    time: Time | None
    odds_format: Literal["american", "decimal"]
    checksum: int
    bookmakers: dict[str, str]
    events: dict[str, Event]
    feed: Feed
    until: Annotated[
        Time | None, Meta(description="of a past board: when the next version came")
    ] = None


class EventDetail(Struct, omit_defaults=True):
    id: str
    sport: str
    epoch: str
    version: int
    odds_format: Literal["american", "decimal"]
    starts_at: Time
    lines: Lines
    openers: Lines
    previous: Lines
    best: Annotated[
        dict[str, dict[str, list[str]]], Meta(description="market > outcome > bookmakers")
    ]
    feed: Feed
    home: str = ""
    away: str = ""


class Change(Struct, omit_defaults=True):
    """What a line was from a moment until another (null: it still is). Off the board: no such piece."""

    bookmaker: str
    market: str
    outcome: str
    price: int | float
    point: int | float | None
    since: Time = field(name="from")
    to: Time | None
    odds_format: Literal["american", "decimal"]
    pruned: Annotated[
        bool, Meta(description="changes between this opener and the next piece may be deleted")
    ] = False


class Refreshed(Struct):
    sport: str
    epoch: str
    version: int
    changed: bool
    credits: int
    remaining: int | None


class Polling(Struct):
    enabled: bool
    switched: bool


class Switch(Struct, forbid_unknown_fields=True):
    enabled: bool


class Health(Struct):
    ok: bool
    full: bool
    problems: list[str]
