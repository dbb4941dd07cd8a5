"""An answer of `/odds` -> Odds. Pure. Decoding and checking are one pass of msgspec.

What is wrong with one event costs that event only; a body that is no list of events is a broken answer.
Unknown bookmakers, markets and fields pass: the provider adds some every month.

Most markets of an answer are byte for byte those of the answer before. `Seen` keeps them, so that only
what moved is decoded, and the rest of the new board is the very same objects: `diff` sees that at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from linefinder.domain.errors import BrokenAnswer
from linefinder.domain.odds import LIMIT, NAMED_MARKETS, Event, Events, Lines, Market, Odds, iso

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
    outcomes: msgspec.Raw
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
_outcomes = msgspec.json.Decoder(list[OutcomeIn])


class Seen:
    """The markets of a sport's last answer by their bytes. They change how long it takes to read the
    next one, never what it says."""

    def __init__(self) -> None:
        self._last: dict[tuple[bool, bytes], Market] = {}
        self._now: dict[tuple[bool, bytes], Market] = {}

    def market(self, key: tuple[bool, bytes]) -> Market | None:
        """The market of these bytes (and of this way to name outcomes), if it is known."""
        found = self._now.get(key)
        if found is None:
            found = self._last.get(key)
            if found is not None:
                self._now[key] = found
        return found

    def keep(self, key: tuple[bool, bytes], market: Market) -> None:
        self._now[key] = market

    def turn(self) -> None:
        """An answer has been read: what it did not hold is forgotten."""
        self._last, self._now = self._now, {}


def normalise(body: bytes, seen: Seen | None = None) -> Odds:
    """The odds of an answer. BrokenAnswer where the body is no list of events."""
    left_out: list[str] = []
    reading = _Reading(seen or Seen(), left_out)
    for event in _decode(body, left_out):
        if event.id not in reading.events:
            try:
                reading.take(event)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, _Odd) as error:
                left_out.append(f"event {event.id[:64]}: {error}")
    reading.seen.turn()
    return Odds(reading.events, reading.names, reading.stamps, tuple(left_out))


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


class _Odd(ValueError):
    """An event that can't be on a board."""


class _Reading:
    """What has been read of an answer: each event whole, or nothing of it."""

    def __init__(self, seen: Seen, left_out: list[str]) -> None:
        self.seen, self.left_out = seen, left_out
        self.events: Events = {}
        self.names: dict[str, str] = {}
        self.stamps: dict[str, datetime] = {}

    def take(self, event: EventIn) -> None:
        if event.commence_time.year not in YEARS:
            raise _Odd(f"it starts in {event.commence_time.year}")
        lines: Lines = {}
        offers = []
        for bookmaker in event.bookmakers:
            if bookmaker.key not in lines:
                lines[bookmaker.key], stamp = self._markets(bookmaker, event.id)
                offers.append((bookmaker, stamp))
        lines = _without_empty(lines)
        for bookmaker, stamp in offers:
            if bookmaker.key in lines:  # who has no line is not on the board, nor in the database
                self._confirm(bookmaker, stamp)
        teams = (("home", event.home_team), ("away", event.away_team))
        found: Event = {side: name for side, name in teams if name is not None}
        self.events[event.id] = {**found, "starts_at": iso(event.commence_time), "lines": lines}

    def _confirm(self, bookmaker: BookmakerIn, stamp: datetime | None) -> None:
        key = bookmaker.key
        self.names.setdefault(key, bookmaker.title or key)
        if stamp is not None:
            self.stamps[key] = min(stamp, self.stamps.get(key, stamp))

    def _markets(
        self, bookmaker: BookmakerIn, event_id: str
    ) -> tuple[dict[str, Market], datetime | None]:
        """The markets of a bookmaker, and the oldest stamp of those that have lines."""
        markets: dict[str, Market] = {}
        oldest: datetime | None = None
        for market in bookmaker.markets:
            if market.key in markets:
                continue
            markets[market.key] = offered = self._market(market, event_id)
            stamp = market.last_update or bookmaker.last_update
            if offered and stamp is not None and (oldest is None or stamp < oldest):
                oldest = stamp if stamp.year in YEARS else oldest
        return markets, oldest

    def _market(self, market: MarketIn, event_id: str) -> Market:
        key = (market.key in NAMED_MARKETS, bytes(market.outcomes))
        known = self.seen.market(key)
        if known is not None:
            return known
        left_out = len(self.left_out)
        found = _market_of(market, event_id, self.left_out)
        if len(self.left_out) == left_out:  # else it must be told again next time
            self.seen.keep(key, found)
        return found


def _market_of(market: MarketIn, event_id: str, left_out: list[str]) -> Market:
    outcomes: Market = {}
    by_name = market.key in NAMED_MARKETS
    for outcome in _outcomes.decode(market.outcomes):
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


def _without_empty(lines: Lines) -> Lines:
    """No empty market, no empty bookmaker; the usual answer has none, and stays as it is."""
    if all(markets and all(markets.values()) for markets in lines.values()):
        return lines
    kept = {
        book: {key: outcomes for key, outcomes in markets.items() if outcomes}
        for book, markets in lines.items()
    }
    return {book: markets for book, markets in kept.items() if markets}
