"""The shape of an event with all that is made of its lines, for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from linefinder.web.rest.schema import Feed, Lines, Share, Time


class Mark(Struct):
    bookmakers: tuple[str, ...]
    price: int | float
    point: int | float | None
    hollow: Annotated[bool, Meta(description="the data is older than its limit")]
    age: Annotated[int | float | None, Meta(description="seconds since it was confirmed")]


class FairLine(Struct):
    probability: Share
    price: Annotated[int | float, Meta(description="the fair price, in the board's format")]
    point: int | float | None
    books: int
    half_point: Annotated[
        int | float | None, Meta(description="how much half a point more adds to the probability")
    ]


class Judged(Struct):
    own: Annotated[int | float, Meta(description="probability by the book's own prices")]
    others: Annotated[int | float | None, Meta(description="by the consensus of the other books")]
    price: Annotated[int | float | None, Meta(description="the fair price by the other books")]
    edge: Annotated[int | float | None, Meta(description="expected value of a stake of 1")]


class Fair(Struct):
    method: Literal["multiplicative", "additive", "power", "shin", "worst"]
    consensus: Annotated[
        dict[str, dict[str, FairLine]], Meta(description="market > outcome > fair line")
    ]
    books: Annotated[
        dict[str, dict[str, dict[str, Judged]]],
        Meta(description="bookmaker > market > outcome > its line, judged"),
    ]


class Holds(Struct):
    books: dict[str, int | float]
    best: Annotated[int | float, Meta(description="hold of the best prices of all")]


class Leg(Struct):
    outcome: str
    bookmaker: str
    price: int | float
    point: int | float | None
    stake: Share
    age: int | float | None


class Edge(Struct):
    kind: Literal["arbitrage", "low_hold", "middle"]
    market: str
    legs: list[Leg]
    profit: Annotated[int | float, Meta(description="share of the stakes, whichever side wins")]
    age: Annotated[int | float | None, Meta(description="seconds, of the older leg")]
    fault: Annotated[bool, Meta(description="over 10 %: a fault of the data")]
    gap: int | float | None
    results: Annotated[int, Meta(description="whole results in the gap")]
    both: Annotated[int | float | None, Meta(description="profit where both sides win")]
    break_even: int | float | None


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
    marks: Annotated[
        dict[str, dict[str, Mark]], Meta(description="market > outcome > its best line")
    ]
    fair: Fair
    holds: Annotated[dict[str, Holds], Meta(description="market > holds")]
    edges: list[Edge]
    feed: Feed
    home: str = ""
    away: str = ""
