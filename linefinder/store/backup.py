"""A backup: the whole database at one moment, as one file that both engines can be restored from.

gzip over lines of JSON: a head (which release of the schema, when), for each table a line that names
its columns and then its rows, and an end that counts them. gzip's own checksum guards the bytes, and
a file without its end was cut off.
"""

from __future__ import annotations

import base64
import gzip
import os
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, LargeBinary, MetaData, Table, select
from sqlalchemy.exc import SQLAlchemyError

from linefinder.domain.errors import BackupUnusable, StoreError
from linefinder.domain.odds import iso
from linefinder.extensions import db

MARK = "LineFinder backup"
FORMAT = 1
ROWS_AT_ONCE = 2000
LONGEST_LINE = 64 * 2**20
NOT_KEPT = {"leases", "audiences"}
"""Who polled and who looked then says nothing of who does after a restore."""

OURS_ALONE = 0o600
BROKEN = (
    *(OSError, EOFError, ValueError, LookupError, TypeError, RecursionError),
    *(zlib.error, msgspec.MsgspecError),
)
"""How a file that was changed or cut off shows, before gzip's checksum at its end does."""


class Head(NamedTuple):
    """What a backup says of itself: the schema's revision, and when it was made."""

    revision: str
    made_at: str


def write_backup(path: Path, now: datetime) -> dict[str, int]:
    """Write the database of this application to a file; how many rows of each table it holds.

    Nobody waits for it: it reads one snapshot while others write. The file stands under its name only
    when it is whole.
    """
    beside = path.with_name(f"{path.name}.part")
    try:
        with open(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, OURS_ALONE), "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as file:
                counts = _write(file, now)
            if not any(counts.values()):
                words = "the database holds nothing: does DATABASE_URL name the right one?"
                raise BackupUnusable(words)
            raw.flush()
            os.fsync(raw.fileno())
        beside.replace(path)
    except SQLAlchemyError as error:
        raise StoreError(str(error).strip().splitlines()[0]) from error
    except OSError as error:
        raise BackupUnusable(f"{path} can't be written: {error.strerror or error}") from error
    finally:
        beside.unlink(missing_ok=True)
    return counts


def _write(file: Any, now: datetime) -> dict[str, int]:
    def say(value: Any) -> None:
        file.write(msgspec.json.encode(value) + b"\n")

    counts = {}
    with _snapshot() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        say([MARK, FORMAT, revision, iso(now)])
        tables = MetaData()
        tables.reflect(connection, only=lambda name, _: name in db.metadata.tables)
        for table in tables.sorted_tables:
            if table.name not in NOT_KEPT:
                say(
                    {
                        "table": str(table.name),
                        "columns": [str(column.name) for column in table.columns],
                    }
                )
                counts[str(table.name)] = _write_rows(connection, table, say)
    say({"rows": counts})
    return counts


def _snapshot() -> Connection:
    """A connection that sees one moment, and holds nobody up."""
    connection = db.engine.connect()
    if connection.dialect.name == "sqlite":
        return connection.execution_options(begin="DEFERRED")
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _write_rows(connection: Connection, table: Table, say: Any) -> int:
    packed = _packed(table)
    count = 0
    for row in connection.execute(select(table).execution_options(yield_per=ROWS_AT_ONCE)):
        values = list(row)
        for place in packed:
            if values[place] is not None:
                values[place] = base64.b64encode(values[place]).decode()
        say(values)
        count += 1
    return count


def _packed(table: Table) -> list[int]:
    """The places of columns whose bytes are written as base64."""
    columns = enumerate(table.columns)
    return [place for place, column in columns if isinstance(column.type, LargeBinary)]


def unpacked(table: Table, columns: list[str], rows: list[list[Any]]) -> list[dict[str, Any]]:
    """Rows of a backup as they are inserted into a table."""
    bytes_in = {table.columns.keys()[place] for place in _packed(table)}
    made = [dict(zip(columns, row, strict=True)) for row in rows]
    for row in made:
        for name in bytes_in & row.keys():
            if row[name] is not None:
                row[name] = base64.b64decode(row[name])
    return made


def read_backup(path: Path) -> Iterator[Any]:
    """Its Head, then for each table its name and columns and then its rows, by portions:
    (table, columns, rows). BackupUnusable where it is none, is cut off, or is of a later format."""
    try:
        with gzip.open(path, "rb") as file:
            yield _head(path, file.readline(1024))
            yield from _tables(path, file)
    except BROKEN as error:
        if isinstance(error, FileNotFoundError):
            raise BackupUnusable(f"there is no file {path}") from error
        raise BackupUnusable(f"{path} is cut off or damaged, or no backup: {error}") from error


def _head(path: Path, line: bytes) -> Head:
    mark, number, revision, made_at = msgspec.json.decode(line, type=tuple[str, int, str, str])
    if mark != MARK:
        raise BackupUnusable(f"{path} is no backup of LineFinder")
    if number != FORMAT:
        raise BackupUnusable(f"{path} is a backup of format {number}, made by a newer release")
    return Head(revision, made_at)


def _tables(path: Path, file: Any) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    """Portions of rows; the counts of the end must be those of what came."""
    counts: dict[str, int] = {}
    table, columns, rows = "", list[str](), list[list[Any]]()
    while line := file.readline(LONGEST_LINE):
        said = msgspec.json.decode(line)
        if isinstance(said, list):
            if len(said) != len(columns):
                raise BackupUnusable(f"{path} is damaged: a row of {table} lacks or adds a value")
            rows.append(said)
            counts[table] += 1
            if len(rows) < ROWS_AT_ONCE:
                continue
        if rows:
            yield table, columns, rows
            rows = []
        if isinstance(said, dict) and "rows" in said:
            if said["rows"] != counts or file.read(1):
                raise BackupUnusable(f"{path} is damaged: its rows are not those that it counts")
            return
        if isinstance(said, dict):
            table, columns = said["table"], said["columns"]
            counts[table] = 0
    raise BackupUnusable(f"{path} is cut off: its end is missing")
