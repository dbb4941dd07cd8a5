"""One version of a board as rows: events, lines, their history, and the update that leads to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from linefinder.domain.delta import Patch, event_changes, line_changes
from linefinder.domain.errors import StoreConflict
from linefinder.domain.odds import Board, LineKey, parse_time
from linefinder.domain.odds import Line as LineValue
from linefinder.domain.stream import Delta
from linefinder.store.models import Bookmaker, Event, EventChange, Line, LineChange, Sport, Version
from linefinder.store.names import Names
from linefinder.store.times import millis
from linefinder.wire import Update, encode, update_of


@dataclass(frozen=True, slots=True)
class Step:
    """From one version of a board to the next; `changes` are its changed lines, None where gone."""

    before: Board
    after: Board
    patch: Patch
    changes: Sequence[tuple[LineKey, LineValue | None]]
    update: Update

    @classmethod
    def between(cls, before: Board, after: Board, delta: Delta) -> Step:
        """The step that a delta makes."""
        changes = list(line_changes(before.events, after.events, delta.patch))
        return cls(before, after, delta.patch, changes, update_of(after.epoch, delta))


_ADVANCE = (
    update(Sport)
    .where(
        Sport.key == bindparam("sport_key"),
        Sport.version == bindparam("held"),
        Sport.epoch_id == bindparam("epoch"),
    )
    .values(
        version=bindparam("to_version"),
        time=bindparam("to_time"),
        checksum=bindparam("to_checksum"),
    )
)
_MOVE_LINE = (
    update(Line)
    .where(Line.id == bindparam("line"))
    .values(price=bindparam("to_price"), point=bindparam("to_point"))
)
_MOVE_EVENT = (
    update(Event)
    .where(Event.id == bindparam("event"))
    .values(
        home=bindparam("to_home"),
        away=bindparam("to_away"),
        starts_at=bindparam("to_start"),
        present=bindparam("to_present"),
    )
)
_NAME = update(Bookmaker).where(Bookmaker.id == bindparam("book")).values(title=bindparam("to"))
_TRIM = (
    update(Version)
    .where(Version.sport_id == bindparam("sport"), Version.number == bindparam("old"))
    .values(patch=None, bookmakers=None)
)


def record_step(
    db: Connection, names: Names, sport_id: int, epoch_id: int, step: Step, keep: int
) -> None:
    """Take the database from `step.before` to `step.after`; the last `keep` updates stay whole.

    Raises StoreConflict where the database is not at the version before.
    """
    _advance(db, epoch_id, step)
    _record_names(db, names, step.update.bookmakers)
    _record_events(db, names, sport_id, step)
    _record_lines(db, names, sport_id, step)
    record_version(db, sport_id, epoch_id, step.update)
    db.execute(_TRIM, {"sport": sport_id, "old": step.update.version - keep})


def _advance(db: Connection, epoch_id: int, step: Step) -> None:
    sport, held = step.after.sport, step.before.version
    moved = db.execute(
        _ADVANCE,
        {
            "sport_key": sport,
            "held": held,
            "epoch": epoch_id,
            "to_version": step.after.version,
            "to_time": millis(step.update.time),
            "to_checksum": step.after.checksum,
        },
    )
    if moved.rowcount != 1:
        raise StoreConflict(f"{sport} is not at version {held} any more")


def _record_names(db: Connection, names: Names, titles: Mapping[str, str]) -> None:
    if titles:
        ids = names.words(db, Bookmaker, titles, title=titles)
        db.execute(_NAME, [{"book": ids[key], "to": title} for key, title in titles.items()])


def _record_events(db: Connection, names: Names, sport_id: int, step: Step) -> None:
    after, old = step.after.events, step.before.events
    # lines of an event that only moved need its id too
    rows = [_event_row(sport_id, key, after.get(key) or old[key]) for key in step.patch]
    ids = dict(zip(step.patch, names.events(db, sport_id, rows), strict=True))
    changed = set(event_changes(old, step.patch))
    changes = [
        event_change(ids[row["key"]], step.after.version, row, row["key"] in after)
        for row in rows
        if row["key"] in changed
    ]
    if changes:
        db.execute(insert(EventChange), changes)
        db.execute(_MOVE_EVENT, [_moved_event(change) for change in changes])


def _record_lines(db: Connection, names: Names, sport_id: int, step: Step) -> None:
    if not step.changes:
        return
    ids = names.lines(db, sport_id, step.changes)
    history, moves = [], []
    for (id_, fresh), (_, line) in zip(ids, step.changes, strict=True):
        price, point = line or (None, None)
        history.append(
            {"line_id": id_, "version": step.after.version, "price": price, "point": point}
        )
        if not fresh:
            moves.append({"line": id_, "to_price": price, "to_point": point})
    db.execute(insert(LineChange), history)
    if moves:
        db.execute(_MOVE_LINE, moves)
    for key in step.patch:
        if key not in step.after.events:
            names.drop_event(sport_id, key)


def record_version(db: Connection, sport_id: int, epoch_id: int, update_: Update) -> None:
    """Keep when a version was, and the update that leads to it."""
    titles = encode(update_.bookmakers).decode() if update_.bookmakers else None
    db.execute(
        insert(Version),
        {
            "sport_id": sport_id,
            "number": update_.version,
            "epoch_id": epoch_id,
            "time": millis(update_.time),
            "checksum": update_.checksum,
            "patch": update_.patch,
            "bookmakers": titles,
        },
    )


def _event_row(sport_id: int, key: str, event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sport_id": sport_id,
        "key": key,
        "home": event.get("home"),
        "away": event.get("away"),
        "starts_at": millis(parse_time(event["starts_at"])),
        "present": True,
    }


def event_change(
    event_id: int, version: int, row: Mapping[str, Any], present: bool
) -> dict[str, Any]:
    """A row of an event's history."""
    kept = {name: row[name] for name in ("home", "away", "starts_at")}
    return {"event_id": event_id, "version": version, **kept, "present": present}


def _moved_event(change: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "event": change["event_id"],
        "to_home": change["home"],
        "to_away": change["away"],
        "to_start": change["starts_at"],
        "to_present": change["present"],
    }
