"""Opening the database: what SQLite needs to be safe and quick, and whether the schema is current."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import URL, Connection, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from linefinder.domain.errors import SchemaBehind, StoreUnusable
from linefinder.extensions import db

BUSY_SECONDS = 5
PATIENCE = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
"""A server whose machine is gone closes nothing: without these a connection would wait for hours."""
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def options(url: str) -> dict[str, Any]:
    """Engine options of Flask-SQLAlchemy for a database."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_timeout": 5, "connect_args": dict(PATIENCE)}


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """WAL lets pages read while a poll writes; NORMAL syncs at checkpoints, which a killed process
    survives. Transactions are begun by hand, so that the driver never begins a read it then upgrades
    (which fails at once with 'database is locked')."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        kind = connection.get_execution_options().get("begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {kind}")


def reading() -> Any:
    """A connection that only reads: it never waits for the writer, and all it reads is of one moment.
    Else PostgreSQL would give version 7 with lines of 8 where another process commits in between."""
    connection = db.engine.connect()
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ")
    return connection.execution_options(begin="DEFERRED")


def inserting(connection: Connection, table: type[Any]) -> Any:
    """An insert that can heed a conflict (`on_conflict_do_nothing`), in the words of this database:
    another process may write the same row at the same moment."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def is_behind() -> bool:
    """Whether the schema lacks a migration."""
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return bool(current != ScriptDirectory(str(MIGRATIONS)).get_current_head())


def bring_up(app: Flask) -> None:
    """Make the database usable: an SQLite one is migrated, another must be current already."""
    try:
        make_private(db.engine.url)
        behind = is_behind()
        if behind and db.engine.dialect.name == "sqlite":
            upgrade(str(MIGRATIONS))
            behind = False
    except (OperationalError, DBAPIError, OSError) as error:
        raise StoreUnusable(_plain(app, error)) from error
    if behind:
        raise SchemaBehind(
            "the database's schema is behind; run: .venv/bin/flask --app app db upgrade"
        )


def make_private(url: URL) -> None:
    """A new SQLite file is for its owner alone, and so is what SQLite puts beside it: it holds where
    alerts go."""
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        with suppress(FileExistsError):
            os.close(os.open(str(url.database), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _plain(app: Flask, error: Exception) -> str:
    cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    where = db.engine.url.render_as_string(hide_password=True)
    return f"the database {where} (DATABASE_URL) can't be used: {cause}"
