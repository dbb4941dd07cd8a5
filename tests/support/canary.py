"""The canary: the key that every test uses. Nothing that the suite makes may hold it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

CANARY = "canary-5e3c0d7b19f24a68-key"
PIECE = 1 << 20


def leaks_below(folder: Path) -> Iterator[Path]:
    """Files that hold the canary: logs, databases and their journals, answers that were kept."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and _holds(path, CANARY.encode()):
            yield path


def _holds(path: Path, word: bytes) -> bool:
    """Whether a file of any size holds a word, also across the pieces it is read in."""
    tail = b""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if word in tail + piece:
                return True
            tail = piece[-len(word) :]
    return False


def leaks_in_postgres(url: str) -> list[str]:
    """Tables of a database that hold the canary."""
    named = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'public'"
    found = []
    with psycopg.connect(url) as database:
        for schema, table in database.execute(named).fetchall():
            whole = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(schema, table))
            with database.cursor().copy(whole) as rows:
                if CANARY.encode() in b"".join(map(bytes, rows)):
                    found.append(table)
    return found
