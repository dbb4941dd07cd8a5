"""The cast of the tests. What a machine lacks is skipped with a reason; on CI it is a failure."""

from __future__ import annotations

import gc
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, event

from tests.support.canary import leaks_below
from tests.support.chromium import Complaints, find_chromium, launched
from tests.support.client import BoardClient
from tests.support.databases import (
    postgres_database,
    postgres_server,
    redis_database,
    redis_server,
)
from tests.support.need import need, on_ci
from tests.support.process import Program
from tests.support.proxy import Proxy
from tests.support.recordings import Recordings, recordings_folder
from tests.support.rooms import migrated, sqlite_in
from tests.support.sandbox import Sandbox
from tests.support.server import Server

# a law is no benchmark: on a busy machine one example may take its time
settings.register_profile("linefinder", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=10)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "linefinder"))

# waiting costs nothing where all is well, and a busy machine may take its time
expect.set_options(timeout=30_000)


@event.listens_for(Engine, "connect")
def _never_sync(connection: Any, _record: Any) -> None:
    """The databases of this process need not survive a loss of power, and to wait for the disk takes
    longer than many tests. Servers are processes of their own, and sync."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


MARKED_BY_FIXTURE = {
    "browser": "browser",
    "postgres_url": "postgres",
    "current_postgres_url": "postgres",
    "redis_url": "redis",
    "recordings": "recordings",
    # a program of ours takes two seconds to start
    "start_server": "slow",
    "start_sandbox": "slow",
    "sandbox": "slow",
}


@pytest.hookimpl(tryfirst=True)  # before -m chooses by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever takes a fixture that needs something of the machine, or patience, is marked with it."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in MARKED_BY_FIXTURE:
                item.add_marker(MARKED_BY_FIXTURE[fixture])


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the collector need not go through it again and
    again, which is a tenth of the time of all tests that start no program."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A skipped test proves nothing: under CI it fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if on_ci() and reporter and reporter.stats.get("skipped") and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why a run without failures fails."""
    if on_ci() and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("CI is set: skipped tests fail the run", red=True)


@pytest.fixture(scope="session", autouse=True)
def nothing_leaks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """At the end: whatever the tests wrote, the key that they all used is in none of it."""
    yield
    leaks = [str(path) for path in leaks_below(tmp_path_factory.getbasetemp())]
    assert not leaks, f"the canary is in {leaks}"


@pytest.fixture(scope="session")
def recordings() -> Recordings:
    """The recorded answers of the provider."""
    folder = recordings_folder()
    reason = f"no recorded answers in {folder} (ODDS_RECORDINGS names the folder)"
    return need(Recordings(folder) if (folder / "recordings").is_dir() else None, reason)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database, dropped after the test."""
    reason = "no PostgreSQL server answers (TEST_POSTGRES_URL names one)"
    with postgres_database(need(postgres_server(), reason)) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a PostgreSQL database with the newest schema: to copy it takes a tenth of the time
    that all migrations take."""
    reason = "no PostgreSQL server answers (TEST_POSTGRES_URL names one)"
    with postgres_database(need(postgres_server(), reason)) as url:
        migrated(tmp_path_factory.mktemp("template"), url)
        yield url.rpartition("/")[2]


@pytest.fixture
def current_postgres_url(postgres_template: str) -> Iterator[str]:
    """The URL of a new PostgreSQL database with the newest schema, dropped after the test."""
    with postgres_database(postgres_server() or "", postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A current database, on SQLite and then on PostgreSQL."""
    if request.param == "sqlite":
        return sqlite_in(tmp_path)
    return str(request.getfixturevalue("current_postgres_url"))


@pytest.fixture
def redis_url() -> Iterator[str]:
    """The URL of an empty Redis database, emptied after the test."""
    reason = "no Redis server answers (TEST_REDIS_URL names one)"
    with redis_database(need(redis_server(), reason)) as url:
        yield url


@pytest.fixture
def redis_channel() -> str:
    """A channel that no other test publishes on."""
    return f"lf-test-{secrets.token_hex(6)}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium, started once."""
    reason = "no Chromium or Chrome found (CHROMIUM names one)"
    with launched(need(find_chromium(), reason)) as chromium:
        yield chromium


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the pages of this test complain about; whatever it does not allow fails it."""
    heard = Complaints()
    yield heard
    assert not heard.left()


@pytest.fixture
def programs() -> Iterator[list[Program]]:
    """The programs of this test: ended after it, and no traceback in any log."""
    started: list[Program] = []
    yield started
    for program in reversed(started):
        program.kill()  # all of them, before one that complains ends the loop
    for program in started:
        program.close()


@pytest.fixture
def page(browser: Browser, complaints: Complaints, programs: list[Program]) -> Iterator[Page]:
    """A page of a fresh profile; its errors and console errors fail the test. It is closed before the
    programs of the test are ended: a page that outlives its server complains that nobody answers."""
    with browser.new_context() as context:
        page = context.new_page()
        complaints.watch(page)
        yield page


@pytest.fixture
def start_server(tmp_path: Path, programs: list[Program]) -> Callable[..., Server]:
    """Starts the real server: `start_server(POLL_ENABLED="true")`."""

    def start(**settings: object) -> Server:
        server = Server(tmp_path, **settings)
        programs.append(server)
        server.start()
        return server

    return start


@pytest.fixture
def start_sandbox(tmp_path: Path, programs: list[Program]) -> Callable[..., Sandbox]:
    """Starts the sandbox provider: `start_sandbox("--recording", path)`."""

    def start(*arguments: object) -> Sandbox:
        sandbox = Sandbox(tmp_path, *arguments)
        programs.append(sandbox)
        sandbox.start()
        return sandbox

    return start


@pytest.fixture
def join_board() -> Iterator[Callable[..., BoardClient]]:
    """Connects a client that holds boards: `join_board(server.url, "nba")`.

    After the test no checksum may have differed, unless it set the client's `may_mismatch`.
    """
    clients: list[BoardClient] = []

    def join(url: str, *sports: str, **options: Any) -> BoardClient:
        clients.append(BoardClient(url, *sports, **options))
        return clients[-1]

    yield join
    for client in clients:
        client.close()
    for client in clients:
        assert not client.failures, "\n".join(client.failures)
        assert client.may_mismatch or not client.mismatches, f"a checksum differed: {client}"


@pytest.fixture
def put_between() -> Iterator[Callable[[str], Proxy]]:
    """Puts a proxy in front of a server: `put_between(server.url)`."""
    proxies: list[Proxy] = []

    def put(url: str) -> Proxy:
        proxies.append(Proxy(url))
        return proxies[-1]

    yield put
    for proxy in proxies:
        proxy.close()
