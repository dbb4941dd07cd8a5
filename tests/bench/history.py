"""A million changes through REST: the board as it stood at a moment, the history of a line, how an
event closed.

60 events of 36 lines stand at a time (the largest recorded board has 2,144 lines); 20 lines change with
each version, and events come and go.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, func, insert, select, text, update

from linefinder.domain.odds import iso_ms
from linefinder.extensions import db
from linefinder.store.models import (
    Bookmaker,
    Event,
    EventChange,
    Line,
    LineChange,
    Market,
    Outcome,
    Poll,
    Sport,
    Version,
)
from linefinder.store.times import millis
from tests.support.databases import postgres_database, postgres_server
from tests.support.rooms import NBA, House, migrated, open_house, sqlite_in

CHANGES, A_VERSION = 1_000_000, 20
VERSIONS = CHANGES // A_VERSION
STANDING, BOOKS, OUTCOMES = 60, 6, 6
LIFE = 5_000  # versions that an event stays
EVENTS = STANDING * VERSIONS // LIFE
BEGAN, STEP = datetime(2026, 8, 1, tzinfo=UTC), timedelta(minutes=2)
ROUNDS = 60
WITHIN = {
    "the board at a moment": 50,
    "history of a line": 20,
    "of an event's market": None,
    "how an event closed": 20,
}


def main() -> None:
    """Medians of both databases, and the worst of the rounds."""
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), sqlite_in(Path(folder)))
    server = postgres_server()
    if server is None:
        print("postgresql: no server answers (TEST_POSTGRES_URL names one)")
        return
    with tempfile.TemporaryDirectory() as folder, postgres_database(server) as url:
        migrated(Path(folder), url)
        measure(Path(folder), url)


def measure(folder: Path, url: str) -> None:
    """Fill a database, ask it, print what that took."""
    with open_house(folder, url) as house:
        house.poll()
        with house.app.app_context():
            with db.engine.begin() as connection:
                fill(connection)
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                # what PostgreSQL does by itself, some minutes later
                vacuum = "VACUUM ANALYZE" if url.startswith("postgres") else "ANALYZE"
                connection.execute(text(vacuum))
                changes = connection.scalar(select(func.count()).select_from(LineChange))
            name = db.engine.dialect.name
        print(f"{name}: {changes:,} changes, {VERSIONS:,} versions, {EVENTS} events")
        for case, times in asked(house).items():
            most = f" (at most {WITHIN[case]})" if WITHIN[case] else ""
            print(f"  {case:22} median {median(times):6.1f} ms{most}, worst {max(times):6.1f}")


def asked(house: House) -> dict[str, list[float]]:
    """Milliseconds of each question, asked of random moments, lines and markets in turn."""
    chance, times = random.Random(7), {case: [] for case in WITHIN}  # type: ignore[var-annotated]
    client = house.app.test_client()
    for _ in range(ROUNDS):
        at = BEGAN + STEP * chance.uniform(LIFE, VERSIONS)
        event, book = f"event {chance.randrange(EVENTS)}", f"book {chance.randrange(BOOKS)}"
        past = f"/api/events/{quote(event)}/history?market=market 1"
        paths = {
            "the board at a moment": f"/api/odds/nba?at={iso_ms(at)}",
            "history of a line": f"{past}&bookmaker={book}&outcome=outcome 1",
            "of an event's market": past,
            "how an event closed": f"/api/events/{quote(event)}/closing",
        }
        for case, path in paths.items():
            times[case].append(timed(lambda path=path: client.get(path).data))  # type: ignore[misc]
    return times


def timed(ask: Callable[[], bytes]) -> float:
    """Milliseconds of a question, which must find something."""
    began = time.perf_counter()
    found = ask()
    took = 1000 * (time.perf_counter() - began)
    assert len(found) > 300, found
    return took


def fill(connection: Connection) -> None:
    """The rows of a million changes, in the order in which a server would have written them."""
    found: Any = connection.execute(select(Sport.id, Sport.epoch_id).where(Sport.key == NBA)).one()
    sport_id, epoch_id = found
    for table, count, more in (
        (Bookmaker, BOOKS, {"title": "Book"}),
        (Market, OUTCOMES // 2, {}),
        (Outcome, OUTCOMES, {}),
    ):
        word = table.__tablename__[:-1].replace("maker", "")
        rows = [{"key": f"{word} {number}", **more} for number in range(count)]
        connection.execute(insert(table), rows)
    events = connection.scalars(
        insert(Event).returning(Event.id, sort_by_parameter_order=True),
        [event_row(sport_id, number) for number in range(EVENTS)],
    ).all()
    lines = [insert_lines(connection, event) for event in events]
    for rows in batches(changes_of(lines), 20_000):
        connection.execute(insert(LineChange), rows)
    for rows in batches(event_changes(events), 5_000):
        connection.execute(insert(EventChange), rows)
    for rows in batches(versions_of(sport_id, epoch_id), 5_000):
        connection.execute(insert(Version), rows)
        connection.execute(insert(Poll), [poll_row(row) for row in rows])
    latest = {"version": VERSIONS, "time": at_version(VERSIONS)}
    connection.execute(update(Sport).where(Sport.id == sport_id).values(**latest))


def batches(rows: Iterator[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, size)):
        yield batch


def life(number: int) -> tuple[int, int]:
    """The first version of an event, and the one that takes it off."""
    first = max(2, number * LIFE // STANDING - LIFE // 2)
    return first, first + LIFE


def event_row(sport_id: int, number: int) -> dict[str, Any]:
    teams = {"home": f"Home {number}", "away": f"Away {number}"}
    starts = at_version(life(number)[1])
    key = {"sport_id": sport_id, "key": f"event {number}", "present": False}
    return {**key, **teams, "starts_at": starts}


def at_version(version: int) -> int:
    return millis(BEGAN + STEP * version)


def insert_lines(connection: Connection, event: int) -> list[int]:
    """The ids of all lines of an event."""
    rows = [
        {
            "event_id": event,
            "bookmaker_id": newest(connection, Bookmaker) - a,
            "market_id": newest(connection, Market) - b % (OUTCOMES // 2),
            "outcome_id": newest(connection, Outcome) - b,
            "price": None,
            "point": None,
        }
        for a in range(BOOKS)
        for b in range(OUTCOMES)
    ]
    made = insert(Line).returning(Line.id, sort_by_parameter_order=True)
    return list(connection.scalars(made, rows))


@cache
def newest(connection: Connection, table: Any) -> int:
    """The largest id of a table of names."""
    found: int = connection.execute(select(func.max(table.id))).scalar_one()
    return found


def changes_of(lines: list[list[int]]) -> Iterator[dict[str, Any]]:
    """Each version opens the events that come, moves some lines, and clears the events that go."""
    chance = random.Random(3)
    lives = [life(number) for number in range(len(lines))]
    for version in range(2, VERSIONS + 1):
        here = [n for n in nearby(version, len(lines)) if lives[n][0] <= version <= lives[n][1]]
        new = [n for n in here if lives[n][0] == version]
        gone = [n for n in here if lives[n][1] == version]
        moved = (
            {chance.choice(lines[chance.choice(here)]) for _ in range(A_VERSION)} if here else set()
        )
        ended = {line for n in gone for line in lines[n]}
        for line in {*moved, *ended, *(line for n in new for line in lines[n])}:
            price = None if line in ended else float(chance.randrange(-300, -100, 5))
            point = None if price is None else chance.randrange(12) / 2
            yield {"line_id": line, "version": version, "price": price, "point": point}


def nearby(version: int, events: int) -> range:
    """The events that may stand at a version."""
    middle = (version + LIFE // 2) * STANDING // LIFE
    return range(max(0, middle - STANDING - 2), min(events, middle + 2))


def event_changes(events: Any) -> Iterator[dict[str, Any]]:
    for number, event in enumerate(events):
        row = event_row(0, number)
        for version, present in zip(life(number), (True, False), strict=True):
            kept = {key: row[key] for key in ("home", "away", "starts_at")}
            yield {"event_id": event, "version": version, "present": present, **kept}


def versions_of(sport_id: int, epoch_id: int) -> Iterator[dict[str, Any]]:
    for number in range(2, VERSIONS + LIFE + 1):
        row = {"sport_id": sport_id, "number": number, "epoch_id": epoch_id}
        yield {**row, "time": at_version(number), "checksum": 0, "patch": None, "bookmakers": None}


def poll_row(version: dict[str, Any]) -> dict[str, Any]:
    ended = {"started_at": version["time"], "ended_at": version["time"], "outcome": "ok"}
    counts = {"tries": 1, "credits": 3, "remaining": 400, "used": 100, "changes": A_VERSION}
    row = {"sport_id": version["sport_id"], "version": version["number"], "manual": False}
    return {**row, **ended, **counts, "note": None}


if __name__ == "__main__":
    main()
