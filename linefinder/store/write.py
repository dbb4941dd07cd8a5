"""Writing: everything that one poll says goes into one transaction, or none of it.

Nothing here may yield (no log, no sleep, no HTTP): a greenthread that stops inside an SQLite write
while another wants to write freezes the process for the whole busy time-out.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from linefinder.domain.delta import Patch, event_changes, line_changes
from linefinder.domain.errors import StoreConflict, StoreError
from linefinder.domain.odds import Board, Events, parse_time
from linefinder.domain.quota import Usage
from linefinder.extensions import db
from linefinder.store.models import (
    Bookmaker,
    Epoch,
    Event,
    EventChange,
    Line,
    LineChange,
    Poll,
    Sport,
    Switch,
    Version,
)
from linefinder.store.names import Names
from linefinder.store.times import millis
from linefinder.wire import Update, encode


@dataclass(frozen=True, slots=True)
class Run:
    """How a poll went, for the record: times aware UTC, `outcome` a word, `note` for people."""

    sport: str
    manual: bool
    started_at: datetime
    ended_at: datetime
    outcome: str
    tries: int = 1
    usage: Usage | None = None
    changes: int = 0
    note: str | None = None


_ADVANCE = (
    update(Sport)
    .where(Sport.key == bindparam("sport_key"), Sport.version == bindparam("held"))
    .values(
        version=bindparam("to_version"),
        time=bindparam("to_time"),
        checksum=bindparam("to_checksum"),
    )
)
_CONFIRM = (
    update(Sport)
    .where(Sport.key == bindparam("sport_key"))
    .values(data_at=bindparam("at"), failure=None, confirmed=bindparam("stamps"))
)
_FAIL = update(Sport).where(Sport.key == bindparam("sport_key")).values(failure=bindparam("reason"))
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
_TRIM = (
    update(Version)
    .where(
        Version.sport_id == bindparam("sport"),
        Version.number == bindparam("old"),
    )
    .values(patch=None, bookmakers=None)
)


class Recorder:
    """The one writer of this process."""

    def __init__(self, resume_versions: int) -> None:
        self._lock = threading.Lock()
        self._names = Names()
        self._sports: dict[str, tuple[int, int]] = {}
        self._keep = resume_versions

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction of the one writer; whatever fails in it leaves nothing behind."""
        with self._lock:
            try:
                with db.engine.begin() as connection:
                    yield connection
            except BaseException as error:
                self._names.forget()
                self._sports.clear()
                if isinstance(error, IntegrityError):
                    raise StoreConflict("another process wrote the same rows") from error
                if isinstance(error, SQLAlchemyError):
                    raise StoreError(_first_line(error)) from error
                raise

    def record(
        self,
        run: Run,
        stamps: Mapping[str, datetime],
        step: tuple[Board, Board, Patch, Update] | None,
    ) -> None:
        """Record an answer: `step` is (board before, board after, patch, update) where it changed.

        Raises StoreConflict where another process has advanced the board meanwhile, StoreError
        where the database refuses; nothing is stored then.
        """
        confirmed = encode({book: millis(stamp) for book, stamp in stamps.items()}).decode()
        with self._writing() as connection:
            sport_id, epoch_id = self._sport(connection, run.sport)
            version = None
            if step:
                version = step[1].version
                self._record_step(connection, sport_id, epoch_id, step)
            connection.execute(
                _CONFIRM,
                {"sport_key": run.sport, "at": millis(run.ended_at), "stamps": confirmed},
            )
            self._record_run(connection, sport_id, run, version)

    def record_failure(self, run: Run, reason: str) -> None:
        """Record a poll that got no answer, and why the feed is stale now."""
        with self._writing() as connection:
            sport_id, _ = self._sport(connection, run.sport)
            connection.execute(_FAIL, {"sport_key": run.sport, "reason": reason})
            self._record_run(connection, sport_id, run, None)

    def _sport(self, connection: Connection, key: str) -> tuple[int, int]:
        if key not in self._sports:
            row = connection.execute(select(Sport.id, Sport.epoch_id).where(Sport.key == key))
            found = row.first()
            if found is None or found[1] is None:
                raise StoreConflict(f"the database does not know {key}")
            self._sports[key] = (found[0], found[1])
        return self._sports[key]

    def _record_step(
        self,
        connection: Connection,
        sport_id: int,
        epoch_id: int,
        step: tuple[Board, Board, Patch, Update],
    ) -> None:
        before, after, patch, update_ = step
        moved = connection.execute(
            _ADVANCE,
            {
                "sport_key": after.sport,
                "held": before.version,
                "to_version": after.version,
                "to_time": millis(update_.time),
                "to_checksum": after.checksum,
            },
        )
        if moved.rowcount != 1:
            raise StoreConflict(f"{after.sport} is not at version {before.version} any more")
        self._record_names(connection, update_.bookmakers)
        self._record_events(connection, sport_id, before.events, after, patch)
        self._record_lines(connection, sport_id, before.events, after, patch)
        self._record_version(connection, sport_id, epoch_id, update_)

    def _record_names(self, connection: Connection, titles: Mapping[str, str]) -> None:
        if titles:
            ids = self._names.words(connection, Bookmaker, titles, title=titles)
            for key, title in titles.items():
                connection.execute(
                    update(Bookmaker).where(Bookmaker.id == ids[key]).values(title=title)
                )

    def _record_events(
        self, connection: Connection, sport_id: int, old: Events, after: Board, patch: Patch
    ) -> None:
        keys = list(event_changes(old, patch))
        # lines of an event that only moved need its id too
        rows = [_event_row(sport_id, key, after.events.get(key) or old[key]) for key in patch]
        ids = dict(zip(patch, self._names.events(connection, sport_id, rows), strict=True))
        if not keys:
            return
        changes = [
            _event_change(ids[key], after.version, row, row["key"] in after.events)
            for key, row in zip(patch, rows, strict=True)
            if key in keys
        ]
        connection.execute(insert(EventChange), changes)
        connection.execute(
            _MOVE_EVENT,
            [
                {
                    "event": change["event_id"],
                    "to_home": change["home"],
                    "to_away": change["away"],
                    "to_start": change["starts_at"],
                    "to_present": change["present"],
                }
                for change in changes
            ],
        )

    def _record_lines(
        self, connection: Connection, sport_id: int, old: Events, after: Board, patch: Patch
    ) -> None:
        changes = list(line_changes(old, after.events, patch))
        if not changes:
            return
        ids = self._names.lines(connection, sport_id, changes)
        history, moves = [], []
        for (id_, fresh), (_, line) in zip(ids, changes, strict=True):
            price, point = line or (None, None)
            history.append(
                {"line_id": id_, "version": after.version, "price": price, "point": point}
            )
            if not fresh:
                moves.append({"line": id_, "to_price": price, "to_point": point})
        connection.execute(insert(LineChange), history)
        if moves:
            connection.execute(_MOVE_LINE, moves)
        for key in patch:
            if key not in after.events:
                self._names.drop_event(sport_id, key)

    def _record_version(
        self, connection: Connection, sport_id: int, epoch_id: int, update_: Update
    ) -> None:
        names = encode(update_.bookmakers).decode() if update_.bookmakers else None
        connection.execute(
            insert(Version),
            {
                "sport_id": sport_id,
                "number": update_.version,
                "epoch_id": epoch_id,
                "time": millis(update_.time),
                "checksum": update_.checksum,
                "patch": update_.patch,
                "bookmakers": names,
            },
        )
        connection.execute(_TRIM, {"sport": sport_id, "old": update_.version - self._keep})

    def _record_run(
        self, connection: Connection, sport_id: int, run: Run, version: int | None
    ) -> None:
        usage = run.usage or Usage()
        at = version
        if at is None:
            at = connection.scalar(select(Sport.version).where(Sport.id == sport_id)) or 0
        connection.execute(
            insert(Poll),
            {
                "sport_id": sport_id,
                "manual": run.manual,
                "started_at": millis(run.started_at),
                "ended_at": millis(run.ended_at),
                "outcome": run.outcome,
                "tries": run.tries,
                "credits": usage.last,
                "remaining": usage.remaining,
                "used": usage.used,
                "version": at,
                "changes": run.changes,
                "note": run.note,
            },
        )

    def begin_epoch(self, sport: str, odds_format: str, now: datetime, clear: bool) -> None:
        """A new epoch for a sport: its versions could mean something else from here on.

        `clear` takes the board empty (one more version, whose history says that all lines went).
        """
        with self._writing() as connection:
            row = connection.execute(
                select(Sport.id, Sport.version).where(Sport.key == sport)
            ).one()
            version = row.version + 1 if clear else row.version
            made = connection.execute(
                insert(Epoch)
                .values(
                    sport_id=row.id,
                    key=secrets.token_hex(4),
                    odds_format=odds_format,
                    first_version=version,
                    began_at=millis(now),
                )
                .returning(Epoch.id)
            )
            values: dict[str, Any] = {"epoch_id": made.scalar_one()}
            if clear:
                values |= {"version": version, "time": millis(now), "checksum": 0}
                values |= {"data_at": None, "confirmed": None, "failure": None}
                _clear_board(connection, row.id, values["epoch_id"], version, now)
            connection.execute(update(Sport).where(Sport.id == row.id).values(**values))
            self._sports.clear()

    def learn_sports(self, sports: Mapping[str, tuple[str, bool]]) -> None:
        """Keep {key: (title, in season)} of the sports that the provider knows."""
        with self._writing() as connection:
            known = {
                row.key: (row.title, row.active)
                for row in connection.execute(select(Sport.key, Sport.title, Sport.active))
            }
            new = [
                {"key": key, "title": title, "active": active, "version": 0, "checksum": 0}
                for key, (title, active) in sports.items()
                if key not in known
            ]
            if new:
                connection.execute(insert(Sport), new)
            for key, (title, active) in sports.items():
                if key in known and known[key] != (title, active):
                    connection.execute(
                        update(Sport).where(Sport.key == key).values(title=title, active=active)
                    )

    def forget(self) -> None:
        """Look ids up again: rows have been deleted."""
        with self._lock:
            self._names.forget()

    def close(self) -> None:
        """Wait for the transaction under way; no other begins any more."""
        self._lock.acquire(timeout=5)

    def switch(self, key: str, on: bool) -> None:
        """Keep what was switched at run time."""
        with self._writing() as connection:
            connection.execute(delete(Switch).where(Switch.key == key))
            connection.execute(insert(Switch), {"key": key, "on": on})


def _clear_board(
    connection: Connection, sport_id: int, epoch_id: int, version: int, now: datetime
) -> None:
    """Take every line and event off the board, and say so in history."""
    events = select(Event.id).where(Event.sport_id == sport_id)
    open_lines = select(Line.id).where(Line.event_id.in_(events), Line.price.is_not(None))
    gone = [
        {"line_id": id_, "version": version, "price": None, "point": None}
        for id_ in connection.scalars(open_lines)
    ]
    if gone:
        connection.execute(insert(LineChange), gone)
        connection.execute(
            _MOVE_LINE,
            [{"line": row["line_id"], "to_price": None, "to_point": None} for row in gone],
        )
    present = connection.execute(
        select(Event).where(Event.sport_id == sport_id, Event.present)
    ).all()
    if present:
        connection.execute(
            insert(EventChange),
            [_event_change(row.id, version, row._asdict(), False) for row in present],
        )
        connection.execute(update(Event).where(Event.sport_id == sport_id).values(present=False))
    connection.execute(
        insert(Version),
        {
            "sport_id": sport_id,
            "number": version,
            "epoch_id": epoch_id,
            "time": millis(now),
            "checksum": 0,
            "patch": None,
            "bookmakers": None,
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


def _event_change(
    event_id: int, version: int, row: Mapping[str, Any], present: bool
) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "version": version,
        "home": row["home"],
        "away": row["away"],
        "starts_at": row["starts_at"],
        "present": present,
    }


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
