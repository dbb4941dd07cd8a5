"""Secrets stay where they are: the canary is searched for in all that the suite wrote (conftest.py);
here every secret at once, with every fault of the provider, at the most talkative."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from linefinder.provider.sandbox.faults import KINDS
from tests.support.canary import CANARY, PIECE, leaks_below, leaks_in_postgres
from tests.support.rooms import House, open_house
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.web.test_access import NAMES, ROUTES

SECRETS = {
    "ODDS_API_KEY": CANARY,
    "REFRESH_TOKEN": f"{CANARY}-refresh",
    "DATA_TOKEN": f"{CANARY}-data",
    "BOARD_PASSWORD": f"{CANARY}-password",
    "SECRET_KEY": f"{CANARY}-signs",
}
DETAILS: dict[str, dict[str, object]] = {
    "status": {"status": 503},
    "slow": {"seconds": 0.2},
    "timeout": {"seconds": 0.2},
}


@pytest.mark.parametrize("before", [0, PIECE - 5, PIECE + 3])
def test_a_leak_is_found_wherever_it_lies(before: int, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    planted = tmp_path / "kept" / "board.db-wal"
    planted.write_bytes(b"." * before + CANARY.encode())
    try:
        assert list(leaks_below(tmp_path)) == [planted]
    finally:
        planted.unlink()  # else it would be found at the end of the suite


@pytest.mark.slow
def test_a_leak_in_postgres_is_found(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as database:
        database.execute("CREATE TABLE notes (text text)")
        database.execute("INSERT INTO notes VALUES (%s)", [f"GET /?apiKey={CANARY}"])
        database.commit()
        assert leaks_in_postgres(postgres_url) == ["notes"]
        database.execute("DROP TABLE notes")


def test_a_leak_in_an_answer_is_found(house: House) -> None:
    house.wiring.boards.titles["basketball_nba"] = CANARY
    house.app.test_client().get("/api/sports")
    assert house.leaks == ["/api/sports"]
    house.leaks.clear()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


@pytest.mark.slow
def test_no_secret_is_told_whatever_happens(
    tmp_path: Path, start_sandbox: Callable[..., Sandbox], start_server: Callable[..., Server]
) -> None:
    sandbox = start_sandbox("--refresh", "0.1")
    settings = sandbox.settings(
        POLL_SPORTS="nba,nfl", REFRESH_COOLDOWN_SECONDS=0, LOG_LEVEL="debug"
    )
    settings |= {"REFRESH_PER_HOUR": 1000, "BOARD_ACCESS": "private", **SECRETS}
    server = start_server(**settings)
    owner = {"Authorization": f"Bearer {SECRETS['REFRESH_TOKEN']}"}
    assert server.rest("/login", "POST", data={"password": SECRETS["BOARD_PASSWORD"]}).ok
    for kind in KINDS:
        sandbox.fault(kind, count=1, endpoint="odds", **DETAILS.get(kind, {}))
        server.rest("/api/refresh/nba", "POST", headers=owner)
        sandbox.clear_faults()
    for method, rule in ROUTES:
        for name, value in NAMES.items():
            rule = rule.replace(name, value)
        if not rule.startswith(("/api/stream", "/logout")):
            server.rest(rule, method, headers={**owner, "LineFinder-Browser": "b" * 40})
    server.rest(f"/nba?apiKey={'x' * 10}")
    assert server.stop() == 0
    assert len(server.log.splitlines()) > 5
    assert list(leaks_below(tmp_path)) == []
