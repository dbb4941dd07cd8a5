"""The shapes of alerts and their rules, for reading requests and for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from linefinder.domain.odds import LIMIT
from linefinder.domain.rules import BROWSER_ID, LONGEST_NAME, MOST_BOOKS, NAME, RANGES
from linefinder.web.rest.detail_schema import Leg
from linefinder.web.rest.schema import Line, Time

Text = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]
Number = Annotated[float, Meta(ge=-LIMIT, le=LIMIT)]
Cooldown = Annotated[
    float, Meta(ge=60, le=86_400, description="seconds in which the same is told once")
]
Clock = Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
FindKind = Literal["value", "arbitrage", "back_lay", "middle", "low_hold", "outlier"]
Book = Annotated[str, Meta(pattern=f"^{NAME.pattern}$")]
Id = Annotated[str, Meta(pattern=f"^{BROWSER_ID.pattern}$", description="drawn by the browser")]


class Browser(Struct, rename={"id": "LineFinder-Browser"}):
    """Who asks: an id that a browser draws at random and keeps."""

    id: Id


class About(Struct, tag_field="kind", forbid_unknown_fields=True, kw_only=True):
    sport: Annotated[str, Meta(min_length=1, max_length=64)]
    event: Text | None = None
    market: Text | None = None
    cooldown: Cooldown = 600


class Target(About, tag="target", kw_only=True):
    """A line of the outcome is as good as this."""

    market: Text
    outcome: Text
    price: Annotated[Number, Meta(description="in the board's odds format")]
    point: Number | None = None
    bookmaker: Text | None = None


class Opener(About, tag="opener", kw_only=True):
    """A market has its first line."""

    bookmaker: Text | None = None


class Moved(About, tag="move", kw_only=True):
    """A line has moved so far."""

    outcome: Text | None = None
    bookmaker: Text | None = None
    points: Annotated[float, Meta(ge=RANGES["points"][0], le=RANGES["points"][1])] = 1.0
    chance: Annotated[float, Meta(ge=0.001, le=1, description="implied probability")] = 0.05


class Steam(About, tag="steam", kw_only=True):
    """Unrelated books moved one way within so many seconds."""

    outcome: Text | None = None
    books: Annotated[float, Meta(ge=2, le=20, multiple_of=1)] = 3
    seconds: Annotated[float, Meta(ge=10, le=1800)] = 300


class Arbitrage(About, tag="arbitrage", kw_only=True):
    """The best prices leave at least this share of the stakes."""

    profit: Annotated[float, Meta(ge=0, le=0.1)] = 0.0


class LowHold(About, tag="low_hold", kw_only=True):
    """The best prices cost less than this share of the stakes: a profit below 0."""

    profit: Annotated[float, Meta(ge=-0.01, le=0.1)] = -0.01


class Found(About, tag="find", kw_only=True):
    """Something like this is found: of these kinds and at these bookmakers, any where none is named."""

    kinds: Annotated[list[FindKind], Meta(max_length=6)] = []
    mine: Annotated[list[Book], Meta(max_length=MOST_BOOKS)] = []
    edge: Annotated[
        float, Meta(ge=RANGES["edge"][0], le=RANGES["edge"][1], description="share of the stake")
    ] = RANGES["edge"][0]


AnyRule: Any = Target | Opener | Moved | Steam | Arbitrage | LowHold | Found


class Rule(Struct, omit_defaults=True):
    """A rule as it is kept."""

    id: str
    kind: Literal["target", "opener", "move", "steam", "arbitrage", "low_hold", "find"]
    sport: str
    made_at: Time
    until: Annotated[Time, Meta(description="when it is forgotten unless made anew")]
    odds_format: Literal["american", "decimal"]
    cooldown: int | float
    event: str | None = None
    market: str | None = None
    bookmaker: str | None = None
    outcome: str | None = None
    price: int | float | None = None
    point: int | float | None = None
    points: int | float | None = None
    chance: int | float | None = None
    books: int | None = None
    seconds: int | float | None = None
    profit: int | float | None = None
    kinds: list[FindKind] = []
    mine: list[str] = []
    edge: int | float | None = None
    warning: Annotated[str, Meta(description="why it can't fire as things are")] = ""


class QuietHours(Struct, rename={"start": "from", "end": "to"}, forbid_unknown_fields=True):
    """Hours in which nothing is told aloud; from a later to an earlier time over midnight."""

    start: Clock
    end: Clock
    zone: Annotated[str, Meta(min_length=1, max_length=64, description="IANA time zone")]


class Quiet(Struct, forbid_unknown_fields=True):
    quiet: QuietHours | None


class Rules(Struct):
    rules: list[Rule]
    quiet: QuietHours | None


class Alert(Struct):
    id: str
    rule: str
    kind: Literal["target", "opener", "move", "steam", "arbitrage", "low_hold", "find"]
    sport: str
    event: str
    title: str
    text: str
    market: str
    outcome: str | None
    bookmakers: list[str]
    line: Line | None
    was: Line | None
    odds_format: Literal["american", "decimal"]
    profit: int | float | None
    legs: list[Leg]
    at: Time
    late: Annotated[int | float, Meta(description="seconds before `at` in which it may have come")]


class PushKey(Struct):
    key: Annotated[str, Meta(description="this server's public key, for PushManager.subscribe")]


class BrowserKeys(Struct):
    p256dh: Annotated[str, Meta(min_length=1, max_length=200)]
    auth: Annotated[str, Meta(min_length=1, max_length=100)]


class Push(Struct, rename={"expires": "expirationTime"}):
    """A PushSubscription as browsers write it."""

    endpoint: Annotated[str, Meta(min_length=1, max_length=1000)]
    keys: BrowserKeys
    expires: int | float | None = None


class Webhook(Struct, forbid_unknown_fields=True):
    """`json` is the message itself, signed; `discord` and `ntfy` are what these take."""

    url: Annotated[str, Meta(min_length=1, max_length=1000)]
    format: Literal["json", "discord", "ntfy"] = "json"


class Webhooks(Struct):
    id: str
    secret: Annotated[str, Meta(description="told once; of LineFinder-Signature")]


class Subscribed(Struct):
    id: str


class Recent(Struct):
    alerts: list[Alert]
