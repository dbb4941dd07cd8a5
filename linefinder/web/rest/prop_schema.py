"""The shapes of what is asked and told about props and alternates."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from linefinder.web.rest.schema import NameOf, Time

Money = int | float


class WhichMarkets(Struct):
    """The markets of an event to load; without any it is found out which there are."""

    markets: Annotated[
        list[Annotated[str, Meta(min_length=1, max_length=64)]], Meta(max_length=30)
    ] = []


class OfferedMarket(Struct):
    market: str
    name: str
    bookmakers: int


class LoadedMarket(Struct):
    """Lines of one market as they were at `at`; `confirmed`: when the oldest of them was."""

    market: str
    name: str
    at: Time
    confirmed: Time | None
    lines: int


class PropBet(Struct):
    """A bet of a find, and its share of the stakes."""

    outcome: str
    bookmaker: str
    price: Money
    point: Money | None
    stake: float


class PropFind(Struct):
    """What is worth a look among what was loaded: as in the finder, about a player or a team (`about`,
    "" for the game). How old its lines are is told with its market."""

    kind: Literal["value", "arbitrage", "low_hold", "outlier"]
    market: str
    about: str
    edge: float
    bets: list[PropBet]
    doubts: list[str]
    probability: float | None
    others: int


class EventMarkets(Struct):
    """What can be had of an event beside its board, what it costs, and what was loaded. `offered` is
    null until somebody has asked which markets there are, for `look_cost` credits; each market then
    costs `market_cost`. `finds`: the best of what is found in the markets that were loaded, at `mine`
    and with `fee` as in the address of a page."""

    event: str
    sport: str
    look_cost: int
    market_cost: int
    remaining: int | None
    looked_at: Time | None
    offered: list[OfferedMarket] | None
    loaded: list[LoadedMarket]
    odds_format: Literal["american", "decimal"]
    bookmakers: dict[str, str]
    finds: list[PropFind]


class PropSide(Struct):
    """One bet: `prices` by bookmaker, who is best, the fair probability and price by all books that
    offer the rung whole, and what the best price gains on average by the others."""

    name: str
    point: Money | None
    prices: dict[str, Money]
    best: list[str]
    price: Money | None
    fair: float | None
    fair_price: Money | None
    edge: float | None


class PropRung(Struct):
    hold: float | None
    sides: list[PropSide]


class PropLadder(Struct):
    """All bets on one player or team (`about`, "" for the game) by point; `main` is the index of the
    rung that most bookmakers offer."""

    about: str
    main: int
    rungs: list[PropRung]


class EventMarket(Struct):
    """One market that was loaded."""

    event: str
    sport: str
    market: str
    name: str
    at: Time
    confirmed: Time | None
    lines: int
    odds_format: Literal["american", "decimal"]
    bookmakers: dict[str, str]
    ladders: list[PropLadder]


class Loaded(Struct):
    """What it cost; 0 where somebody else has just paid for the same."""

    credits: int
    remaining: int | None


class Mine(Struct, omit_defaults=True):
    """Whose books count as best: as in the address of a page."""

    mine: NameOf = ""
    fee: NameOf = ""
