"""The shapes of the REST answers, for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from linefinder.wire import POSITION

Status = Literal["stale", "waiting", "idle", "live", "delayed"]
Time = Annotated[str, Meta(description="ISO 8601 UTC with Z")]
Line = Annotated[
    tuple[int | float, int | float | None], Meta(description="[price, point]; point null if none")
]
Lines = Annotated[
    dict[str, dict[str, dict[str, Line]]], Meta(description="bookmaker > market > outcome > line")
]

Share = Annotated[float, Meta(ge=0, le=1)]
NameOf = Annotated[str, Meta(max_length=256)]


class WhichBoard(Struct, omit_defaults=True):
    """Which board, and in which form: the one that stood at a moment, without `at` the present one."""

    at: Annotated[
        str,
        Meta(description="ISO 8601 with Z or an offset", extra_json_schema={"format": "date-time"}),
    ] = ""
    format: Literal["json", "csv"] = "json"


class WhichLines(Struct, omit_defaults=True):
    """Which lines of an event, and in which form."""

    market: NameOf = ""
    bookmaker: NameOf = ""
    outcome: NameOf = ""
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


class Because(Struct):
    kind: Literal["starting", "playing", "waiting", "posting"]
    events: int
    at: Time | None


class Score(Struct):
    """What each side has, as the provider writes it; null where it was not told."""

    home: str | None
    away: str | None
    completed: bool
    at: Time


class Feed(Struct):
    status: Status
    reason: str | None
    data_at: Time | None
    polling: bool
    next_poll_at: Time | None
    because: Because | None
    fresh: tuple[int, int]
    ages: dict[str, int]
    quota: Quota
    scores: Annotated[
        dict[str, Score] | UnsetType, Meta(description="by event, where one was told")
    ] = UNSET


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
    access: Literal[False] | UnsetType = UNSET


EventId = Annotated[
    str, Meta(pattern=f"^({POSITION})?$", description="<epoch>-<version> of the last event")
]


class Resume(Struct):
    last_event_id: EventId = ""


class ResumeHeaders(Struct, rename={"last_event_id": "Last-Event-ID"}):
    last_event_id: EventId = ""


class EventStream(Struct):
    """One of the server-sent events: `data` is the JSON of a message of docs/protocol.md."""

    event: Literal["odds_snapshot", "odds_update", "feed_status", "bye"]
    data: str
    id: EventId = ""
    retry: int = 0
