"""One board for the tests of a module: a server that polls by hand. Its sandbox is for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

BY_HAND = {
    "POLL_ENABLED": "false",
    "POLL_SPORTS": "nba,nfl",
    "REFRESH_COOLDOWN_SECONDS": 0,
    "REFRESH_PER_HOUR": 100_000,
}


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A season whose prices move all the time, and that no test steers."""
    playing = Sandbox(tmp_path_factory.mktemp("sandbox"), "--refresh", "0.1")
    playing.start()
    yield playing
    playing.close()


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Iterator[Server]:
    """A server on that sandbox with a first version of the NBA's board."""
    settings = sandbox.settings(**BY_HAND, RESUME_VERSIONS=5)
    server = Server(tmp_path_factory.mktemp("board"), **settings)
    server.start()
    assert poll(server)["version"] == 1
    yield server
    server.close()


def poll(server: Server, sport: str = "nba") -> dict[str, int]:
    """Poll until something has changed; what that refresh says."""

    def changed() -> dict[str, int] | None:
        answer = server.rest(f"/api/refresh/{sport}", "POST")
        assert answer.ok, answer.text
        told: dict[str, int] = answer.json()
        return told if told["changed"] else None

    return until(changed) or {}
