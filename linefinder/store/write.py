"""Writing: everything that one poll says goes into one transaction, or none of it.

Nothing here may yield (no log, no sleep, no HTTP): a greenthread that stops inside an SQLite write
while another wants to write freezes the process for the whole busy time-out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from linefinder.domain.errors import StoreConflict, StoreError
from linefinder.domain.quota import Usage
from linefinder.extensions import db
from linefinder.store import epochs
from linefinder.store.engine import inserting
from linefinder.store.models import EventSheet, Learning, Offering, Poll, Sport, Switch
from linefinder.store.names import Names
from linefinder.store.step import Step, record_step
from linefinder.store.times import MS, millis
from linefinder.wire import encode


@dataclass(frozen=True, slots=True)
class Run:
    """How a poll went, for the record: times aware UTC, `outcome` a word, `version` the board's after
    it, `note` for people; `what`: `odds`, or what else was paid for."""

    sport: str
    manual: bool
    started_at: datetime
    ended_at: datetime
    outcome: str
    version: int
    tries: int = 1
    usage: Usage | None = None
    changes: int = 0
    note: str | None = None
    what: str = "odds"


_CONFIRM = (
    update(Sport)
    .where(Sport.key == bindparam("sport_key"), Sport.version == bindparam("held"))
    .values(data_at=bindparam("at"), failure=None, confirmed=bindparam("stamps"))
)
_FAIL = update(Sport).where(Sport.key == bindparam("sport_key")).values(failure=bindparam("reason"))


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

    def record(self, run: Run, stamps: Mapping[str, datetime], step: Step | None) -> None:
        """Record an answer, and the step of the board where it changed something.

        Raises StoreConflict where another process has advanced the board meanwhile, StoreError
        where the database refuses; nothing is stored then.
        """
        confirmed = encode({book: millis(stamp) for book, stamp in stamps.items()}).decode()
        with self._writing() as connection:
            sport_id, epoch_id = self._sport(connection, run.sport)
            if step:
                record_step(connection, self._names, sport_id, epoch_id, step, self._keep)
            told = {"sport_key": run.sport, "held": run.version, "stamps": confirmed}
            told["at"] = millis(run.ended_at)
            if connection.execute(_CONFIRM, told).rowcount != 1:
                raise StoreConflict(f"{run.sport} is not at version {run.version} any more")
            _record_run(connection, sport_id, run)

    def record_failure(self, run: Run, reason: str) -> None:
        """Record a poll that got no answer, and why the feed is stale now."""
        with self._writing() as connection:
            sport_id, _ = self._sport(connection, run.sport)
            connection.execute(_FAIL, {"sport_key": run.sport, "reason": reason})
            _record_run(connection, sport_id, run)

    def _sport(self, connection: Connection, key: str) -> tuple[int, int]:
        if key not in self._sports:
            row = connection.execute(select(Sport.id, Sport.epoch_id).where(Sport.key == key))
            found = row.first()
            if found is None or found[1] is None:
                raise StoreConflict(f"the database does not know {key}")
            self._sports[key] = (found[0], found[1])
        return self._sports[key]

    def begin_epoch(self, sport: str, odds_format: str, now: datetime, clear: bool) -> None:
        """A new epoch for a sport: its versions could mean something else from here on.

        `clear` takes the board empty (one more version, whose history says that all lines went).
        Nothing is left to do where another process has done so: two that start at once on a new
        database would else count in two epochs.
        """
        with self._writing() as connection:
            if epochs.format_of(connection, sport) != odds_format:
                epochs.begin_epoch(connection, sport, odds_format, now, clear=clear)
            self._sports.clear()

    def record_loss(self, run: Run) -> None:
        """Record a poll whose answer could not be stored."""
        self.record_beside(run, lambda connection: None)

    def record_beside(self, run: Run, keep: Callable[[Connection], None]) -> None:
        """Record what was paid for beside the board and `keep` what was had, both or neither."""
        with self._writing() as connection:
            sport_id, _ = self._sport(connection, run.sport)
            keep(connection)
            _record_run(connection, sport_id, run)

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
                _add_sports(connection, new)
            for key, (title, active) in sports.items():
                if key in known and known[key] != (title, active):
                    connection.execute(
                        update(Sport).where(Sport.key == key).values(title=title, active=active)
                    )

    def learn(self, sport: str, body: str, now: datetime) -> None:
        """Keep what was learnt of a sport, in place of what was kept before."""
        with self._writing() as connection:
            sport_id, _ = self._sport(connection, sport)
            connection.execute(delete(Learning).where(Learning.sport_id == sport_id))
            row = {"sport_id": sport_id, "body": body, "at": millis(now)}
            connection.execute(insert(Learning), row)

    def set_back(self, by: timedelta) -> None:
        """The clock was set back by so much (below 0): what is kept goes back with it, as old as it
        was. What was of an earlier clock looks older than it is, and nothing younger."""
        with self._writing() as connection:
            for column in (Sport.data_at, EventSheet.at, Offering.at):
                connection.execute(update(column.class_).values({column: column + by // MS}))

    def doubt(self, now: datetime) -> None:
        """Boards that are kept as of later than `now`: the clock was set back while nobody looked, so
        that nobody knows how old they are."""
        with self._writing() as connection:
            late = update(Sport).where(Sport.data_at > millis(now))
            connection.execute(late.values(data_at=None))

    def forget(self) -> None:
        """Look ids up again: rows have been deleted, or another process has written some."""
        with self._lock:
            self._names.forget()
            self._sports.clear()

    def close(self) -> None:
        """Wait for the transaction under way; no other begins any more."""
        self._lock.acquire(timeout=5)

    def switch(self, switched: Mapping[str, bool]) -> None:
        """Keep what was switched at run time, in place of what was before."""
        rows = [{"key": key, "on": on} for key, on in switched.items()]
        with self._writing() as connection:
            connection.execute(delete(Switch).where(Switch.key.in_(switched)))
            connection.execute(insert(Switch), rows)


def _add_sports(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Sports that nobody knew; another process may learn them at the same moment."""
    added = inserting(connection, Sport).on_conflict_do_nothing(index_elements=["key"])
    connection.execute(added, rows)


def _record_run(connection: Connection, sport_id: int, run: Run) -> None:
    usage = run.usage or Usage()
    row = {
        "sport_id": sport_id,
        "manual": run.manual,
        "started_at": millis(run.started_at),
        "ended_at": millis(run.ended_at),
        "outcome": run.outcome,
        "tries": run.tries,
        "credits": usage.last,
        "remaining": usage.remaining,
        "used": usage.used,
        "version": run.version,
        "changes": run.changes,
        "note": run.note,
        "what": run.what,
    }
    connection.execute(insert(Poll), row)


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
