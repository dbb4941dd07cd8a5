"""The answers of `/events/{id}/markets` and `/events/{id}/odds`, read. Pure.

What is wrong with one market costs that market only; a body that is no event is a broken answer.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from linefinder.domain.errors import BrokenAnswer
from linefinder.domain.odds import LIMIT
from linefinder.domain.props import Prop, Sheet
from linefinder.provider.normalise import NUL, YEARS, Name, OutcomeIn, Time

MOST_LINES = 200_000
"""Of one answer; the largest board that was ever recorded has a fortieth of it."""


class OfferedIn(msgspec.Struct, gc=False):
    key: Name


class MarketIn(OfferedIn, gc=False):
    outcomes: list[OutcomeIn]
    last_update: Time | None = None


class BookIn(msgspec.Struct, gc=False):
    key: Name
    markets: list[msgspec.Raw]
    title: str = ""


class EventIn(msgspec.Struct, gc=False):
    id: Name
    bookmakers: list[BookIn]


@dataclass
class Sheets:
    """{market: sheet}, the titles of bookmakers, when the oldest line of a market was confirmed, and
    what could not be read."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    stamps: dict[str, datetime] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def read_offered(body: bytes) -> dict[str, int]:
    """{market: how many bookmakers offer it} of an event."""
    found: Counter[str] = Counter()
    for book in _event(body).bookmakers:
        names = set()
        for market in book.markets:
            with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                names.add(msgspec.json.decode(market, type=OfferedIn).key)
        found.update(names)
    return dict(found)


def read_sheets(body: bytes) -> Sheets:
    """The lines of the markets that were asked for. BrokenAnswer where the body is no event."""
    found, count = Sheets(), 0
    for book in _event(body).bookmakers:
        found.titles.setdefault(book.key, book.title or book.key)
        for raw in book.markets:
            try:
                market = msgspec.json.decode(raw, type=MarketIn)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                found.left_out.append(f"a market of {book.key[:64]}: {error}")
                continue
            lines = {_prop(outcome): outcome.price for outcome in market.outcomes if _fits(outcome)}
            count += len(lines)
            if count > MOST_LINES:
                raise BrokenAnswer(f"the event has more than {MOST_LINES} lines")
            if lines:
                found.sheets.setdefault(market.key, {}).setdefault(book.key, lines)
                stamp = market.last_update
                if stamp is not None and stamp.year in YEARS:
                    found.stamps[market.key] = min(stamp, found.stamps.get(market.key, stamp))
    return found


def _event(body: bytes) -> EventIn:
    if NUL in body:
        raise BrokenAnswer("the answer holds a NUL character")
    try:
        return msgspec.json.decode(body, type=EventIn)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenAnswer(f"the body is not an event: {error}") from None


def _fits(outcome: OutcomeIn) -> bool:
    price, point = outcome.price, outcome.point
    return -LIMIT <= price <= LIMIT and (point is None or -LIMIT <= point <= LIMIT)


def _prop(outcome: OutcomeIn) -> Prop:
    point = None if outcome.point is None else outcome.point + 0.0  # -0 is 0
    return Prop(outcome.name, outcome.description or "", point)
