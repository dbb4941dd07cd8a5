"""The shapes of what is asked and told about openers."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from linefinder.web.rest.schema import Time


class WhichMarket(Struct):
    """Which market of a board."""

    market: Annotated[str, Meta(min_length=1, max_length=256)]


class FirstLine(Struct):
    """The bookmaker whose line on an outcome was seen first, and that line's changes: the opener, then
    the last 24 hours, beginning with what stood then."""

    bookmaker: str
    changes: Annotated[
        list[tuple[Time, int | float | None, int | float | None]],
        Meta(description="[from, price, point]; a price of null: off the board"),
    ]


class Openers(Struct):
    """How the outcomes of a market opened, in the board's odds format: event > outcome."""

    sport: str
    epoch: str
    version: int
    odds_format: Literal["american", "decimal"]
    market: str
    events: dict[str, dict[str, FirstLine]]
