"""A backup is the whole database at one moment, and can be restored to either engine; what is no whole
backup is refused before anything is touched."""

from __future__ import annotations

import gzip
import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import upgrade
from sqlalchemy import MetaData, create_engine, insert, inspect, select

from linefinder.domain.errors import BackupUnusable, NotEmpty, StoreError
from linefinder.extensions import db
from linefinder.factory import create_app
from linefinder.store.backup import write_backup
from linefinder.store.engine import MIGRATIONS, is_behind
from linefinder.store.restore import _set_sequences, restore_backup
from tests.support.databases import postgres_database, postgres_server
from tests.support.need import need
from tests.support.rooms import NBA, House, open_house, sqlite_in
from tests.support.upstream import odds_of
from tests.support.waiting import until

Rows = dict[str, list[tuple[Any, ...]]]
NEW_EACH_TIME = {"leases", "audiences", "alembic_version"}
ENGINES = [pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)]
BROWSER = {"LineFinder-Browser": "b" * 40}
QUIET = {"quiet": {"from": "23:00", "to": "07:00", "zone": "UTC"}}


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes a database of an engine, with or without a schema."""
    with ExitStack() as stack:

        def make(engine: str, name: str = "other", schema: bool = True) -> str:
            if engine == "sqlite":
                return sqlite_in(tmp_path, name) if schema else f"sqlite:///{tmp_path / name}.db"
            server = need(postgres_server(), "no PostgreSQL server answers")
            like = request.getfixturevalue("postgres_template") if schema else "template1"
            return stack.enter_context(postgres_database(server, like))

        yield make


def played(house: House, polls: int = 8, seed: int = 5) -> House:
    """A house with history, a rule, quiet hours, an unchanged poll and one that failed."""
    chance = random.Random(seed)
    for _ in range(polls):
        prices = (-120, -110, 105, 110)
        keys = [f"e{number}" for number in range(4) if chance.random() < 0.8]
        house.poll(*(odds_of(chance.choice(prices), key=key) for key in keys))
    client = house.app.test_client()
    rule = {"kind": "move", "sport": "nba", "points": 1.5}
    assert client.post("/api/alerts/rules", json=rule, headers=BROWSER).status_code == 201
    assert client.put("/api/alerts/quiet", json=QUIET, headers=BROWSER).status_code == 200
    return house


def rows_of(url: str) -> Rows:
    """Everything that a database holds, by table."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        found = {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in tables.sorted_tables
            if table.name not in NEW_EACH_TIME
        }
    engine.dispose()
    return found


def in_app(url: str, folder: Path, work: Callable[[], Any]) -> Any:
    """What `work` gives inside an application on a database."""
    app = create_app({"DATABASE_URL": url, "ODDS_API_KEY": "x" * 8}, instance_path=str(folder))
    with app.app_context():
        try:
            return work()
        finally:
            db.session.remove()
            db.engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("target", ENGINES)
@pytest.mark.parametrize("source", ENGINES)
def test_a_database_comes_back_whole_on_either_engine(
    source: str, target: str, tmp_path: Path, new_database: Callable[..., str]
) -> None:
    kept, there = tmp_path / "kept.backup", new_database(target, "there", schema=False)
    with open_house(tmp_path, new_database(source, "here")) as house:
        board = played(house).boards.stream(NBA).board
        with house.app.app_context():
            counts = write_backup(kept, house.clock())
        before = rows_of(house.url)
        assert counts == {name: len(rows) for name, rows in before.items()}
        past = house.app.test_client().get("/api/events/e1/history").get_json()
    assert kept.stat().st_mode & 0o077 == 0
    later = house.clock() + timedelta(hours=1)
    in_app(there, tmp_path, lambda: restore_backup(kept, later))
    after = rows_of(there)
    assert set(after) == set(before)
    for name in set(before) - {"epochs", "sports"}:
        assert after[name] == before[name], name
    assert len(after["epochs"]) == 2 * len(before["epochs"]), "every board begins one more"
    with open_house(tmp_path, there) as again:
        found = again.boards.stream(NBA).board
        assert (found.events, found.version) == (board.events, board.version)
        assert found.epoch != board.epoch, "what a browser holds of before is not resumed"
        assert again.boards.stream(NBA).recover(None) is None
        assert again.app.test_client().get("/api/events/e1/history").get_json() == past
        rules = again.app.test_client().get("/api/alerts/rules", headers=BROWSER).get_json()
        assert (len(rules["rules"]), rules["quiet"]) == (1, QUIET["quiet"])
        assert again.poll(odds_of(-300, key="new")).board.version == board.version + 1


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_a_backup_taken_while_polls_write_is_one_moment(
    engine: str, tmp_path: Path, new_database: Callable[..., str]
) -> None:
    with open_house(tmp_path, new_database(engine, "busy")) as house:
        played(house, polls=3)
        over, polled = threading.Event(), [0]

        def go_on() -> None:
            while not over.is_set():
                polled[0] += 1
                house.poll(*(odds_of(100 + polled[0], key=f"e{n}") for n in range(6)))

        writer = threading.Thread(target=go_on)
        writer.start()
        try:
            for number in range(4):
                until(lambda n=number: polled[0] > n + 1, what="polls go on")  # type: ignore[misc]
                kept = tmp_path / f"{number}.backup"
                with house.app.app_context():
                    write_backup(kept, house.clock())
                    db.session.remove()
        finally:
            over.set()
            writer.join()
        assert polled[0] > 4
    for number in range(4):
        url, kept = f"sqlite:///{tmp_path / str(number)}.db", tmp_path / f"{number}.backup"
        in_app(url, tmp_path, partial(restore_backup, kept, house.clock()))
        with open_house(tmp_path, url) as again:
            board = again.boards.stream(NBA).board
            versions = again.rows("SELECT max(number), count(*) FROM versions")
            assert versions == [(board.version, board.version)]
            assert again.poll(*[]).board.checksum == 0, "it goes on"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A backup of a small board."""
    path = tmp_path / "board.backup"
    (tmp_path / "source").mkdir()
    with open_house(tmp_path / "source") as house:
        played(house, polls=2)
        with house.app.app_context():
            write_backup(path, house.clock())
    return path


def test_what_stands_in_a_database_is_thrown_away_only_by_force(kept: Path, tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        house.poll(odds_of())
        with house.app.app_context():
            with pytest.raises(NotEmpty, match=r"1 events.*--force"):
                restore_backup(kept, house.clock())
            restore_backup(kept, house.clock(), force=True)
        assert house.rows("SELECT count(*) FROM versions") == [(2,)]


def stored(house: House) -> Rows:
    """Every row of its database, by table, as that keeps it."""
    with house.app.app_context():
        names = inspect(db.engine).get_table_names()
    return {name: sorted(house.rows(f"SELECT * FROM {name}"), key=repr) for name in names}


def refuses(path: Path, house: House, words: str) -> None:
    """Whatever the file is, even by force the database stays as it was."""
    before = stored(house)
    with house.app.app_context(), pytest.raises(StoreError, match=words):
        restore_backup(path, house.clock(), force=True)
    assert stored(house) == before


@pytest.mark.slow
def test_a_file_that_is_cut_off_anywhere_is_refused(kept: Path, tmp_path: Path) -> None:
    whole, part = kept.read_bytes(), tmp_path / "part.backup"
    with open_house(tmp_path) as house:
        house.poll(odds_of())
        for length in {0, 1, 10, len(whole) // 2, len(whole) - 9, len(whole) - 1}:
            part.write_bytes(whole[:length])
            refuses(part, house, "cut off or damaged")
        lines = gzip.decompress(whole).splitlines(keepends=True)
        for less in (lines[:-1], lines[:1], [*lines[:5], *lines[6:]], [*lines, b"[]\n"]):
            part.write_bytes(gzip.compress(b"".join(less)))
            refuses(part, house, "cut off|damaged")


@pytest.mark.slow
def test_a_changed_byte_is_noticed(kept: Path, tmp_path: Path) -> None:
    whole, part, chance = kept.read_bytes(), tmp_path / "part.backup", random.Random(1)
    with open_house(tmp_path) as house:
        for _ in range(12):
            place = chance.randrange(10, len(whole))
            part.write_bytes(whole[:place] + bytes((whole[place] ^ 0x10,)) + whole[place + 1 :])
            refuses(part, house, "cut off|damaged|no backup")


FOREIGN = {
    "text": (b"no backup at all\n" * 40, "damaged, or no backup"),
    "a dump of PostgreSQL": (b"--\n-- PostgreSQL database dump\n--\n", "damaged, or no backup"),
    "other lines": (gzip.compress(b'{"a": 1}\n'), "damaged, or no backup"),
    "another program's": (
        gzip.compress(b'["Others", 1, "0001", "x"]\n'),
        "no backup of LineFinder",
    ),
    "a later format": (gzip.compress(b'["LineFinder backup", 2, "0001", "x"]\n'), "newer release"),
    "no schema": (gzip.compress(b'["LineFinder backup", 1, "", "x"]\n'), "newer release"),
    "a nest": (gzip.compress(b'["LineFinder backup", 1, "0001", "x"]\n' + b"[" * 10**5), "damaged"),
    "short rows": (
        gzip.compress(
            b'["LineFinder backup", 1, "0001", "x"]\n{"table":"sports","columns":["key","name"]}\n'
            b'["nba"]\n{"rows":{"sports":1}}\n'
        ),
        "a row of sports lacks or adds a value",
    ),
    "a later schema": (gzip.compress(b'["LineFinder backup", 1, "9999", "x"]\n'), "newer release"),
}


@pytest.mark.parametrize(("body", "words"), FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_refused(body: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "foreign.backup"
    path.write_bytes(body)
    with open_house(tmp_path) as house:
        refuses(path, house, words)
        refuses(Path(house.url.removeprefix("sqlite:///")), house, "damaged, or no backup")
        refuses(tmp_path / "absent.backup", house, "there is no file")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_restore_that_fails_half_way_leaves_the_database_as_it_was(
    engine: str, kept: Path, tmp_path: Path, new_database: Callable[..., str]
) -> None:
    with open_house(tmp_path, new_database(engine, "half")) as house:
        house.poll(odds_of())
        lines = [json.loads(line) for line in gzip.decompress(kept.read_bytes()).splitlines()]
        place = next(at for at, line in enumerate(lines) if line == lines[-1]) - 1
        assert isinstance(lines[place], list)
        lines[place] = [None for _ in lines[place]]  # a row that no table takes, the last of all
        kept.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))
        refuses(kept, house, "NOT NULL|not-null")


def at_first_schema(url: str, source: str, folder: Path) -> Rows:
    """A database as the first release made it, with what `source` holds of it; its rows."""
    in_app(url, folder, lambda: upgrade(str(MIGRATIONS), "0001"))
    old, new = (create_engine(_driver(each)) for each in (url, source))
    tables, there = MetaData(), MetaData()
    tables.reflect(old)
    there.reflect(new)
    with old.begin() as target, new.connect() as held:
        for table in tables.sorted_tables:
            if table.name in NEW_EACH_TIME:
                continue
            columns = [there.tables[table.name].c[column.name] for column in table.columns]
            rows = [dict(row) for row in held.execute(select(*columns)).mappings()]
            if rows:
                target.execute(insert(table), rows)
        _set_sequences(target)
    old.dispose()
    new.dispose()
    return rows_of(url)


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_an_upgrade_from_the_first_schema_keeps_everything(
    engine: str, tmp_path: Path, new_database: Callable[..., str]
) -> None:
    url = new_database(engine, "first", schema=False)
    with open_house(tmp_path, sqlite_in(tmp_path)) as house:
        board = played(house, polls=5).boards.stream(NBA).board
    first = at_first_schema(url, house.url, tmp_path)
    assert len(first["line_changes"]) > 20
    assert in_app(url, tmp_path, is_behind)
    kept = tmp_path / "first.backup"
    in_app(url, tmp_path, lambda: write_backup(kept, house.clock()))  # as that release would
    in_app(url, tmp_path, lambda: upgrade(str(MIGRATIONS)))
    assert not in_app(url, tmp_path, is_behind)
    after = rows_of(url)
    for name, rows in first.items():
        width = len(rows[0]) if rows else 0
        assert sorted((row[:width] for row in after[name]), key=repr) == rows, name
    with open_house(tmp_path, url) as again:
        found = again.boards.stream(NBA)
        assert (found.board, len(found.updates)) == (board, board.version)
        assert again.poll(odds_of(-200)).board.version == board.version + 1
    elsewhere = new_database("sqlite", "elsewhere", schema=False)
    in_app(elsewhere, tmp_path, lambda: restore_backup(kept, house.clock()))
    with open_house(tmp_path, elsewhere) as restored:
        assert restored.boards.stream(NBA).board.events == board.events
        assert not in_app(elsewhere, tmp_path, is_behind)


def test_a_backup_that_can_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    with open_house(tmp_path) as house, house.app.app_context():
        with pytest.raises(BackupUnusable, match="can't be written"):
            write_backup(tmp_path / "no" / "such.backup", house.clock())
        assert not list(tmp_path.glob("**/*.part"))


def test_what_is_restored_holds_no_lease(kept: Path) -> None:
    lines = gzip.decompress(kept.read_bytes()).decode()
    assert '"table":"leases"' not in lines
    assert '"table":"line_changes"' in lines
