"""From names to the small integers that stand for them in the tables.

What is looked up once is remembered; a failed transaction forgets it all, because ids that were rolled
back would point nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from linefinder.domain.odds import LineKey
from linefinder.store.models import Bookmaker, Event, Line, Market, Outcome

LineName = tuple[int, int, int]


class Names:
    """The ids of bookmakers, markets, outcomes, events and lines, found or made."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._words: dict[Any, dict[str, int]] = {Bookmaker: {}, Market: {}, Outcome: {}}
        self._events: dict[tuple[int, str], int] = {}
        self._lines: dict[int, dict[LineName, int]] = {}

    def words(self, db: Connection, table: Any, keys: Iterable[str], **more: Any) -> dict[str, int]:
        """The ids of `keys` in a table of names; `more` gives the other columns by key."""
        known = self._words[table]
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            known.update(_found(db, table.key, table.id, missing))
            made = [
                {"key": key, **{name: values[key] for name, values in more.items()}}
                for key in missing
                if key not in known
            ]
            known.update(_made(db, table, made))
        return known

    def events(self, db: Connection, sport_id: int, rows: Sequence[dict[str, Any]]) -> list[int]:
        """The ids of events; those that were never seen are inserted as `rows` say."""
        keys = [row["key"] for row in rows]
        missing = [key for key in keys if (sport_id, key) not in self._events]
        if missing:
            query = select(Event.key, Event.id).where(
                Event.sport_id == sport_id, Event.key.in_(missing)
            )
            found = {row.key: row.id for row in db.execute(query)}
            found |= _made(
                db,
                Event,
                [row for row in rows if row["key"] in missing and row["key"] not in found],
            )
            self._events.update({(sport_id, key): id_ for key, id_ in found.items()})
        return [self._events[sport_id, key] for key in keys]

    def lines(
        self, db: Connection, sport_id: int, changes: Sequence[tuple[LineKey, Any]]
    ) -> list[tuple[int, bool]]:
        """For each changed line its id and whether it is new; new ones are inserted."""
        keys = [key for key, _ in changes]
        books = self.words(db, Bookmaker, (key.bookmaker for key in keys))
        markets = self.words(db, Market, (key.market for key in keys))
        outcomes = self.words(db, Outcome, (key.outcome for key in keys))
        event_ids = [self._events[sport_id, key.event] for key in keys]
        self._load_lines(db, set(event_ids))
        named = [
            (event, (books[key.bookmaker], markets[key.market], outcomes[key.outcome]))
            for event, key in zip(event_ids, keys, strict=True)
        ]
        fresh = self._make_lines(db, named, [line for _, line in changes])
        return [(self._lines[event][name], (event, name) in fresh) for event, name in named]

    def drop_event(self, sport_id: int, key: str) -> None:
        """Stop remembering the lines of an event that left the board."""
        self._lines.pop(self._events.get((sport_id, key), -1), None)

    def _load_lines(self, db: Connection, event_ids: set[int]) -> None:
        missing = [event for event in event_ids if event not in self._lines]
        if not missing:
            return
        self._lines.update({event: {} for event in missing})
        query = select(
            Line.event_id, Line.bookmaker_id, Line.market_id, Line.outcome_id, Line.id
        ).where(Line.event_id.in_(missing))
        for event, book, market, outcome, id_ in db.execute(query):
            self._lines[event][book, market, outcome] = id_

    def _make_lines(
        self, db: Connection, named: list[tuple[int, LineName]], lines: list[Any]
    ) -> set[tuple[int, LineName]]:
        rows = {
            (event, name): line
            for (event, name), line in zip(named, lines, strict=True)
            if name not in self._lines[event]
        }
        if not rows:
            return set()
        columns = ("event_id", "bookmaker_id", "market_id", "outcome_id", "price", "point")
        values = [
            dict(zip(columns, (event, *name, *(line or (None, None))), strict=True))
            for (event, name), line in rows.items()
        ]
        made = db.scalars(insert(Line).returning(Line.id, sort_by_parameter_order=True), values)
        for (event, name), id_ in zip(rows, made, strict=True):
            self._lines[event][name] = id_
        return set(rows)


def _found(db: Connection, column: Any, id_: Any, keys: list[str]) -> dict[str, int]:
    rows = db.execute(select(column.label("key"), id_.label("id")).where(column.in_(keys)))
    return {row.key: row.id for row in rows}


def _made(db: Connection, table: Any, rows: list[dict[str, Any]]) -> dict[str, int]:
    if not rows:
        return {}
    made = db.scalars(insert(table).returning(table.id, sort_by_parameter_order=True), rows)
    return {row["key"]: id_ for row, id_ in zip(rows, made, strict=True)}
