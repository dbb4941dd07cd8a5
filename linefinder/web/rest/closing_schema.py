"""The shapes of what is asked and told about closing lines."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from linefinder.web.rest.detail_schema import Judged
from linefinder.web.rest.schema import NameOf, Score, Share, Time

Format = Literal["american", "decimal"]
Amount = Annotated[float, Meta(ge=-1_000_000, le=1_000_000)]


class WhichBet(Struct):
    """A bet to be compared; one without a bookmaker, a market, an outcome, a price and its format is
    none."""

    bookmaker: NameOf = ""
    market: NameOf = ""
    outcome: NameOf = ""
    price: Amount | UnsetType = UNSET
    point: Amount | UnsetType = UNSET
    odds_format: Format | UnsetType = UNSET


class ClosingLine(Struct):
    price: int | float
    point: int | float | None
    age: Annotated[int | float, Meta(description="seconds before the start when it was last seen")]
    off: Annotated[bool, Meta(description="it was off the board at the last poll before the start")]


class FairAt(Struct):
    point: int | float | None
    probability: Share
    price: int | float
    books: int


class FairClosing(Struct):
    method: Literal["multiplicative", "additive", "power", "shin", "worst"]
    points: Annotated[
        dict[str, dict[str, list[FairAt]]], Meta(description="market > outcome > by point")
    ]
    books: Annotated[
        dict[str, dict[str, dict[str, Judged]]],
        Meta(description="bookmaker > market > outcome > its line, judged"),
    ]


class BetValue(Struct):
    """Shares of the price taken; see docs/bets.md."""

    price: int | float | None
    fair: int | float | None
    moved: int | float | None


class Closing(Struct, omit_defaults=True):
    id: str
    sport: str
    starts_at: Time
    odds_format: Format | None
    seen_at: Annotated[Time | None, Meta(description="the last poll before the start")]
    age: Annotated[int | float | None, Meta(description="seconds from it to the start")]
    closed: Annotated[bool, Meta(description="the age is within 3 minutes: a closing line")]
    bookmakers: dict[str, str]
    lines: Annotated[
        dict[str, dict[str, dict[str, ClosingLine]]],
        Meta(description="bookmaker > market > outcome > line"),
    ]
    fair: FairClosing
    score: Score | None
    home: str = ""
    away: str = ""
    value: BetValue | None = None
