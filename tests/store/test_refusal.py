"""A database that refuses, or whose disk is full: nothing is half done, and all goes on afterwards."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from linefinder.domain.errors import Refused
from tests.support.rooms import NBA, House, open_house, sqlite_in
from tests.support.upstream import odds_of

TABLES = ["sports", "events", "event_changes", "lines", "line_changes", "versions", "bookmakers"]
RAISE = "RAISE EXCEPTION 'the disk is full'"
HANG_UP = "PERFORM pg_terminate_backend(pg_backend_pid())"


@contextmanager
def full_disk(house: House) -> Iterator[None]:
    """No file of this process may grow beyond a page or two."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def at_the_last_row(what: str) -> Callable[[House], AbstractContextManager[None]]:
    """PostgreSQL does this when a transaction is all but done: the row of the poll comes last."""

    @contextmanager
    def in_force(house: House) -> Iterator[None]:
        body = f"BEGIN {what}; RETURN NEW; END"
        house.execute(f"CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
        each_row = "BEFORE INSERT ON polls FOR EACH ROW EXECUTE FUNCTION fails()"
        house.execute(f"CREATE TRIGGER fails {each_row}")
        try:
            yield
        finally:
            house.execute("DROP FUNCTION fails CASCADE")

    return in_force


FAULTS: dict[str, tuple[str, Callable[[House], AbstractContextManager[None]]]] = {
    "full disk": ("sqlite", full_disk),
    "refusal": ("postgres", at_the_last_row(RAISE)),
    "lost connection": ("postgres", at_the_last_row(HANG_UP)),
}


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.postgres if where == "postgres" else ())
        for name, (where, _) in FAULTS.items()
    ]
)
def fault(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def house(fault: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = sqlite_in(tmp_path)
    if FAULTS[fault][0] == "postgres":
        url = str(request.getfixturevalue("current_postgres_url"))
    with open_house(tmp_path, url) as opened:
        yield opened


def dump(house: House) -> dict[str, Any]:
    return {table: sorted(map(str, house.rows(f"SELECT * FROM {table}"))) for table in TABLES}


def test_what_is_refused_leaves_everything_as_it_was(house: House, fault: str) -> None:
    before = house.poll(odds_of())
    kept, facts = dump(house), house.boards.facts(NBA)
    house.ears.told()
    with FAULTS[fault][1](house):
        after = house.poll(odds_of(-120, books=("newbook", "fanduel")), odds_of(key="new"))
        feed = house.boards.judge(NBA, house.clock())
    assert after is before
    assert dump(house) == kept
    assert house.boards.facts(NBA).data_at == facts.data_at
    assert (feed.status, feed.reason) == ("stale", "store_error")
    assert "update" not in house.ears.told()


def test_the_next_poll_goes_on_as_if_nothing_had_been(house: House, fault: str) -> None:
    house.poll(odds_of())
    with FAULTS[fault][1](house):
        house.poll(odds_of(-120, books=("newbook", "fanduel")), odds_of(key="new"))
    house.ears.told()
    stream = house.poll(odds_of(-120, books=("newbook", "fanduel")), odds_of(key="new"))
    assert stream.board.version == 2
    assert house.ears.told() == ["update"]
    assert house.boards.judge(NBA, house.clock()).status == "live"
    restored = house.again().boards.stream(NBA)
    assert (restored.board, restored.updates) == (stream.board, stream.updates)


def test_a_refresh_is_told_that_the_database_refused(house: House, fault: str) -> None:
    house.poll(odds_of())
    house.upstream.odds[NBA] = [odds_of(-120)]
    with FAULTS[fault][1](house), pytest.raises(Refused) as caught:
        house.refresh()
    assert (caught.value.code, caught.value.status) == ("store_error", 503)
    assert house.refresh().version == 2
