"""An answer of `/odds` -> Odds. Pure. Decoding and checking are one pass of msgspec.

What is wrong with one event costs that event only; a body that is no list of events is a broken answer.
Unknown bookmakers, markets and fields pass: the provider adds some every month.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from linefinder.domain.errors import BrokenAnswer
from linefinder.domain.odds import LIMIT, NAMED_MARKETS, Event, Events, Line, Odds, iso

Name = Annotated[str, Meta(min_length=1, max_length=255)]
Time = Annotated[datetime, Meta(tz=True)]
YEARS = range(1971, 2201)
NUL = b"\\u0000"
"""PostgreSQL stores no NUL; one in a name would fail the whole poll."""


class OutcomeIn(msgspec.Struct, gc=False):
    name: Name
    price: int | float
    point: int | float | None = None
    description: Annotated[str, Meta(max_length=255)] | None = None


class MarketIn(msgspec.Struct, gc=False):
    key: Name
    outcomes: list[OutcomeIn]
    last_update: Time | None = None


class BookmakerIn(msgspec.Struct, gc=False):
    key: Name
    markets: list[MarketIn]
    title: Annotated[str, Meta(max_length=255)] = ""
    last_update: Time | None = None


class EventIn(msgspec.Struct, gc=False):
    id: Name
    commence_time: Time
    bookmakers: list[BookmakerIn]
    home_team: Name | None = None
    away_team: Name | None = None


_answer = msgspec.json.Decoder(list[EventIn])
_parts = msgspec.json.Decoder(list[msgspec.Raw])
_event = msgspec.json.Decoder(EventIn)


def normalise(body: bytes) -> Odds:
    """The odds of an answer. BrokenAnswer where the body is no list of events."""
    left_out: list[str] = []
    events: Events = {}
    names: dict[str, str] = {}
    stamps: dict[str, datetime] = {}
    for event in _decode(body, left_out):
        if event.commence_time.year not in YEARS:
            left_out.append(f"event {event.id[:64]}: it starts in {event.commence_time.year}")
        elif event.id not in events:
            events[event.id] = _event_of(event, names, stamps, left_out)
    return Odds(events, names, stamps, tuple(left_out))


def _decode(body: bytes, left_out: list[str]) -> list[EventIn]:
    if NUL not in body:
        try:
            return _answer.decode(body)
        except msgspec.ValidationError:
            pass  # find out which event it is
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BrokenAnswer(f"the body is not JSON: {error}") from None
    try:
        parts = _parts.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenAnswer(f"the body is not a list of events: {error}") from None
    events = []
    for index, part in enumerate(parts):
        try:
            if NUL in bytes(part):
                raise msgspec.ValidationError("it holds a NUL character")
            events.append(_event.decode(part))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            left_out.append(f"event {index} of the answer: {error}")
    return events


def _event_of(
    event: EventIn, names: dict[str, str], stamps: dict[str, datetime], left_out: list[str]
) -> Event:
    lines: dict[str, Any] = {}
    for bookmaker in event.bookmakers:
        key = bookmaker.key
        if key in lines:
            continue
        lines[key] = markets = {}
        for market in bookmaker.markets:
            if market.key in markets:
                continue
            markets[market.key] = offered = _market_of(market, event.id, left_out)
            stamp = market.last_update or bookmaker.last_update
            if offered and stamp is not None and stamp.year in YEARS:
                stamps[key] = min(stamp, stamps.get(key, stamp))
        if any(markets.values()):  # who has no line is not on the board, nor in the database
            names.setdefault(key, bookmaker.title or key)
    teams = (("home", event.home_team), ("away", event.away_team))
    found: Event = {side: name for side, name in teams if name is not None}
    found["starts_at"] = iso(event.commence_time)
    found["lines"] = _without_empty(lines)
    return found


def _market_of(market: MarketIn, event_id: str, left_out: list[str]) -> dict[str, Line]:
    outcomes: dict[str, Line] = {}
    by_name = market.key in NAMED_MARKETS
    for outcome in market.outcomes:
        price, point = outcome.price, outcome.point
        if not (-LIMIT <= price <= LIMIT and (point is None or -LIMIT <= point <= LIMIT)):
            place = f"{event_id[:64]} {market.key[:64]} {outcome.name[:64]}"
            left_out.append(f"line {place}: number out of range")
            continue
        name = outcome.name if by_name else _identity(outcome)
        if name not in outcomes:
            outcomes[name] = (price, point)
    return outcomes


def _identity(outcome: OutcomeIn) -> str:
    """Name, description and point: of alternates and props the point says which line it is."""
    parts = [outcome.name, outcome.description]
    if outcome.point is not None:
        parts.append(f"{outcome.point + 0.0:.10g}")  # -0 is 0
    return " / ".join(part for part in parts if part)


def _without_empty(lines: dict[str, Any]) -> dict[str, Any]:
    """No empty market, no empty bookmaker; the usual answer has none, and stays as it is."""
    if all(markets and all(markets.values()) for markets in lines.values()):
        return lines
    kept = {
        book: {key: outcomes for key, outcomes in markets.items() if outcomes}
        for book, markets in lines.items()
    }
    return {book: markets for book, markets in kept.items() if markets}
