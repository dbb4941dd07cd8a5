"""Props and alternates of events: which markets there are, and their lines as last paid for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from linefinder.domain.props import Prop, Sheet, size
from linefinder.extensions import db
from linefinder.store.engine import reading
from linefinder.store.models import EventSheet, Offering
from linefinder.store.times import millis, moment

KEPT = timedelta(days=3)
"""Nobody compares lines of a game that is over."""
NOTED_EVERY = timedelta(seconds=30)

_decoder = msgspec.json.Decoder(dict[str, list[tuple[str, str, float | None, float]]])


class Offered(NamedTuple):
    """Which markets an event has: {market: bookmakers}."""

    at: datetime
    markets: dict[str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """A market of an event as it was at `at`; `confirmed`: when its oldest line was."""

    event: str
    market: str
    sport: str
    at: datetime
    confirmed: datetime | None
    wanted_at: datetime
    odds_format: str
    lines: int
    body: str = ""

    def sheet(self) -> Sheet:
        return {
            book: {Prop(name, about, point): price for name, about, point, price in lines}
            for book, lines in _decoder.decode(self.body).items()
        }


def keep_offered(connection: Connection, sport: str, event: str, offered: Offered) -> None:
    """In place of what was known before."""
    connection.execute(delete(Offering).where(Offering.event == event))
    body = msgspec.json.encode(offered.markets).decode()
    row = {"event": event, "sport": sport, "at": millis(offered.at), "body": body}
    connection.execute(insert(Offering), row)


def keep_sheets(connection: Connection, kept: Iterable[Kept]) -> None:
    """In place of what was known of these markets before; when somebody last looked at them stays."""
    for one in kept:
        values = {
            "sport": one.sport,
            "at": millis(one.at),
            "confirmed": one.confirmed and millis(one.confirmed),
            "odds_format": one.odds_format,
            "lines": one.lines,
            "body": one.body,
        }
        key = {"event": one.event, "market": one.market}
        known = update(EventSheet).filter_by(**key).values(**values)
        if not connection.execute(known).rowcount:
            row = {**key, **values, "wanted_at": millis(one.wanted_at)}
            connection.execute(insert(EventSheet), row)


def kept_of(
    sport: str, event: str, market: str, sheet: Sheet, at: datetime, odds_format: str, **more: Any
) -> Kept:
    """A sheet as it is kept; times in `more`: confirmed, wanted_at."""
    plain = {
        book: [(*prop, price) for prop, price in lines.items()] for book, lines in sheet.items()
    }
    body = msgspec.json.encode(plain).decode()
    times = {"confirmed": None, "wanted_at": at, **more}
    return Kept(
        event, market, sport, at, **times, odds_format=odds_format, lines=size(sheet), body=body
    )


def offered(event: str) -> Offered | None:
    """The markets of an event as they were last looked up."""
    query = select(Offering.at, Offering.body).where(Offering.event == event)
    with reading() as connection:
        row = connection.execute(query).first()
    return (
        Offered(moment(row.at), msgspec.json.decode(row.body, type=dict[str, int])) if row else None
    )


def sheets(event: str, markets: Collection[str] | None = None, bodies: bool = False) -> list[Kept]:
    """What was loaded of an event, or of these markets of it, by market; `bodies`: with their lines."""
    query = select(*_columns(bodies)).where(EventSheet.event == event)
    if markets is not None:
        query = query.where(EventSheet.market.in_(markets))
    return _rows(query.order_by(EventSheet.market))


def wanted(since: datetime) -> list[Kept]:
    """What somebody has looked at since a moment, without the lines."""
    query = select(*_columns(False)).where(EventSheet.wanted_at >= millis(since))
    return _rows(query.order_by(EventSheet.event, EventSheet.market))


def note_wanted(event: str, markets: Collection[str], now: datetime) -> None:
    """Somebody looks at these markets; written only where that was last noted a while ago."""
    where = (EventSheet.event == event, EventSheet.market.in_(markets))
    due = select(EventSheet.market).where(*where, EventSheet.wanted_at < millis(now - NOTED_EVERY))
    with reading() as connection:
        found = list(connection.scalars(due))
    if found:
        with db.engine.begin() as connection:
            connection.execute(
                update(EventSheet)
                .where(EventSheet.event == event, EventSheet.market.in_(found))
                .values(wanted_at=millis(now))
            )


def forget_sheets(now: datetime) -> int:
    """Delete what is too old to be of use; how many rows."""
    count = 0
    with db.engine.begin() as connection:
        for table in (Offering, EventSheet):
            old = delete(table).where(table.at < millis(now - KEPT))
            count += int(connection.execute(old).rowcount)
    return count


def _columns(bodies: bool) -> list[Any]:
    names = ["event", "market", "sport", "at", "confirmed", "wanted_at", "odds_format", "lines"]
    return [getattr(EventSheet, name) for name in [*names, *(["body"] if bodies else [])]]


def _rows(query: Any) -> list[Kept]:
    with reading() as connection:
        found = [row._asdict() for row in connection.execute(query)]
    for row in found:
        row["at"], row["wanted_at"] = moment(row["at"]), moment(row["wanted_at"])
        row["confirmed"] = row["confirmed"] and moment(row["confirmed"])
    return [Kept(**row) for row in found]
