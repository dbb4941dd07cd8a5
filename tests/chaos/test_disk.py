"""A disk that is full, for real: a small tmpfs under the database."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.engines import Postgres, postgres_bin
from tests.support.laws import Crew
from tests.support.need import need
from tests.support.rooms import migrated, sqlite_in
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

SETTINGS = {"POLL_ENABLED": "true", "POLL_INTERVAL_SECONDS": 1, "POLL_SPORTS": "nba"}
SETTINGS |= {"POLL_ALLOW_EXHAUSTION": "true", "REST_RATE_LIMIT": 0}

pytestmark = [pytest.mark.long, pytest.mark.root]


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own at `folder`."""
    need(os.geteuid() == 0, "mounting a small disk takes root")
    folder.mkdir(mode=0o777, exist_ok=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "lf-small", str(folder)], check=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    return ballast


def outlive(server: Server, crew: Crew, disk: Path) -> None:
    """Full, the board says that its data is old and loses nothing; with room it goes on."""
    for _ in range(2):
        ballast = fill(disk)
        until(lambda: feed_of(server)["status"] == "stale", 30, "it says so")
        assert feed_of(server)["reason"] == "store_error"
        ballast.unlink()
        version = server.rest("/api/odds/nba").json()["version"]
        until(lambda: feed_of(server)["status"] == "live", 30, "it goes on")
        crew.reach(version + 1, 20)
    crew.obey()
    assert {one.connects for one in crew.clients} == {1}


def feed_of(server: Server) -> dict[str, str]:
    told: dict[str, str] = server.rest("/api/odds/nba").json()["feed"]
    return told


def test_sqlite_without_room_stops_and_goes_on(
    tmp_path: Path,
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
) -> None:
    sandbox = start_sandbox("--refresh", "0.3")
    with small_disk(tmp_path / "disk", 8) as disk:
        url = sqlite_in(disk)
        server = start_server(**sandbox.settings(**SETTINGS, DATABASE_URL=url))
        crew = Crew([server.url], 20)
        try:
            crew.reach(2, 20)
            outlive(server, crew, disk)
        finally:
            crew.leave()
            server.kill()


@pytest.mark.postgres
def test_postgresql_without_room_stops_and_goes_on(
    tmp_path: Path,
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
) -> None:
    need(postgres_bin(), "PostgreSQL is not installed")
    sandbox = start_sandbox("--refresh", "0.3")
    with small_disk(Path(f"/tmp/lf-disk-{os.getpid()}"), 160) as disk:
        shutil.chown(disk, "postgres")
        postgres = Postgres(disk)
        postgres.start()
        try:
            migrated(tmp_path, postgres.url)
            server = start_server(**sandbox.settings(**SETTINGS, DATABASE_URL=postgres.url))
            crew = Crew([server.url], 20)
            try:
                crew.reach(2, 20)
                outlive(server, crew, disk)
            finally:
                crew.leave()
                server.kill()
        finally:
            postgres.stop()
    Path(f"/tmp/lf-disk-{os.getpid()}").rmdir()
