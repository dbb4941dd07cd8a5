"""Restoring a backup: in one transaction, or not at all. Every sport begins a new epoch, for what came
after the backup is unknown, and its versions will be used again for something else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, func, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from linefinder.domain.errors import BackupUnusable, NotEmpty, StoreError
from linefinder.extensions import db
from linefinder.store.backup import Head, read_backup, unpacked
from linefinder.store.engine import MIGRATIONS
from linefinder.store.epochs import begin_epoch
from linefinder.store.models import Epoch, Sport

VERSION_TABLE = "alembic_version"
SAYS_NOTHING = {"leases", VERSION_TABLE}


def restore_backup(path: Path, now: datetime, force: bool = False) -> Head:
    """Make the database what a backup holds, brought up to this release's schema.

    The file is read to its end before anything is touched. NotEmpty where the database holds
    something, unless `force` says that it may go.
    """
    head = _checked(path)
    try:
        with db.engine.begin() as connection:
            if not force and (held := _held(connection)):
                raise NotEmpty(f"the database holds {held}: restore into an empty one, or --force")
            _drop_all(connection)
            _migrate(connection, head.revision)
            _load(connection, path)
            _migrate(connection, "head")
            _set_sequences(connection)
            _begin_epochs(connection, now)
    except SQLAlchemyError as error:
        raise StoreError(str(error).strip().splitlines()[0]) from error
    return head


def _checked(path: Path) -> Head:
    """The head of a backup that is whole, and not of a later release."""
    parts = read_backup(path)
    head: Head = next(parts)
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if head.revision not in known:
        words = f"{path} has the schema {head.revision}, of a newer release than this one"
        raise BackupUnusable(words)
    for _ in parts:
        pass
    return head


def _ours(connection: Connection) -> MetaData:
    """Our tables as they are, of whatever release."""
    known = {*db.metadata.tables, VERSION_TABLE}
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in known)
    return found


def _held(connection: Connection) -> str:
    """What stands in the way: '3 sports, 120 events'; empty where nothing is lost."""
    counts = {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in _ours(connection).sorted_tables
        if table.name not in SAYS_NOTHING
    }
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def _drop_all(connection: Connection) -> None:
    _ours(connection).drop_all(connection)


def _migrate(connection: Connection, revision: str) -> None:
    """`flask db upgrade` to a revision, on a connection and in its transaction."""
    script = ScriptDirectory(str(MIGRATIONS))

    def steps(current: Any, _: Any) -> Any:
        return script._upgrade_revs(revision, current)

    options = {"fn": steps, "target_metadata": db.metadata}
    context = MigrationContext.configure(connection, opts=options)
    with Operations.context(context):
        context.run_migrations()


def _load(connection: Connection, path: Path) -> None:
    parts = read_backup(path)
    next(parts)
    tables = _ours(connection).tables
    for name, columns, rows in parts:
        if name not in tables or not set(columns) <= set(tables[name].columns.keys()):
            raise BackupUnusable(f"{path} is damaged: the schema has no {name} with these columns")
        connection.execute(insert(tables[name]), unpacked(tables[name], columns, rows))


def _set_sequences(connection: Connection) -> None:
    """PostgreSQL goes on counting where the rows end."""
    if connection.dialect.name != "postgresql":
        return
    for name in inspect(connection).get_table_names():
        if name not in db.metadata.tables or "id" not in db.metadata.tables[name].columns:
            continue
        words = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"
        connection.execute(text(words))


def _begin_epochs(connection: Connection, now: datetime) -> None:
    standing = select(Sport.key, Epoch.odds_format).join(Epoch, Epoch.id == Sport.epoch_id)
    for sport, odds_format in connection.execute(standing).all():
        begin_epoch(connection, sport, odds_format, now, clear=False)
