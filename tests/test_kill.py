"""kill -9 at random moments of polls: nothing told is lost, nothing stored is wrong."""

from __future__ import annotations

import json
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.client import BoardClient
from tests.support.judge import checksum_of, merge
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

SPORT = "basketball_nba"
LINES = """
SELECT events.key, bookmakers.key, markets.key, outcomes.key, lines.id, lines.price, lines.point
FROM lines JOIN events ON events.id = lines.event_id
JOIN bookmakers ON bookmakers.id = lines.bookmaker_id
JOIN markets ON markets.id = lines.market_id JOIN outcomes ON outcomes.id = lines.outcome_id
"""
HISTORY = "SELECT line_id, price, point FROM line_changes ORDER BY line_id, version"


@contextmanager
def opened(server: Server) -> Iterator[sqlite3.Connection]:
    path = Path(str(server.env["DATABASE_URL"]).removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path, timeout=60)) as database:
        yield database


def check_database(server: Server) -> tuple[int, Any]:
    """The version that is stored and the events of its board; whatever is wrong fails."""
    with opened(server) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        version, checksum, sport = database.execute(
            "SELECT version, checksum, id FROM sports WHERE key = ?", (SPORT,)
        ).fetchone()
        versions = database.execute(
            "SELECT number, patch, checksum FROM versions WHERE sport_id = ? ORDER BY number",
            (sport,),
        ).fetchall()
        assert [row[0] for row in versions] == list(range(1, version + 1)), "versions have a gap"
        last = {line: (price, point) for line, price, point in database.execute(HISTORY)}
        lines = database.execute(LINES).fetchall()
    assert last == {row[4]: (row[5], row[6]) for row in lines}, "history does not add up"
    events: Any = {}
    for _, patch, _ in versions:
        events = merge(events, json.loads(patch))
    standing = {row[:4]: list(row[5:]) for row in lines if row[5] is not None}
    assert standing == flat(events)
    assert checksum == checksum_of(events)
    return version, events


def flat(events: Any) -> dict[tuple[str, ...], list[Any]]:
    return {
        (event, book, market, outcome): line
        for event, one in events.items()
        for book, markets in one["lines"].items()
        for market, outcomes in markets.items()
        for outcome, line in outcomes.items()
    }


def refresh(url: str) -> None:
    with suppress(requests.RequestException):
        requests.post(f"{url}/api/refresh/{SPORT}", timeout=10)


def reached(version: int) -> Callable[[BoardClient], bool]:
    return lambda client: (client.board.version or 0) >= version


def kill_often(
    times: int,
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
    join_board: Callable[..., BoardClient],
) -> None:
    sandbox = start_sandbox("--refresh", "0.2")
    settings = {"POLL_ENABLED": "true", "POLL_INTERVAL_SECONDS": 1, "POLL_SPORTS": "nba"}
    settings |= {"REFRESH_COOLDOWN_SECONDS": 0, "REFRESH_PER_HOUR": 100_000}
    # all updates are kept, so that they can be added up from the first on
    settings["RESUME_VERSIONS"] = 5000
    server = start_server(**sandbox.settings(**settings))
    client = join_board(server.url, "nba")
    chance = random.Random(times)
    epochs = set()
    for _ in range(times):
        held = client.wait_until(lambda one: one.board.version and one.connected and one.board)
        epochs.add(held.epoch)
        version = held.version
        poll = threading.Thread(target=refresh, args=(server.url,))
        poll.start()
        time.sleep(chance.random() * 0.15)  # a poll takes some 50 ms
        server.kill()
        poll.join()
        stored, _ = check_database(server)
        assert stored >= version, "what was told is not stored"
        server.start()
        client.wait_until(reached(stored))
    assert server.rest("/api/polling", "PUT", json={"enabled": False}).ok
    assert server.rest(f"/api/refresh/{SPORT}", "POST").ok  # after it no poll is under way
    until(lambda: server.rest("/api/odds/nba").json()["version"] == client.board.version)
    server.stop()
    version, events = check_database(server)
    assert client.board.version == version
    assert client.board.events == events
    assert len(epochs) == 1
    assert (client.mismatches, len(client.named("odds_snapshot"))) == (0, 1)


@pytest.mark.slow
def test_five_kills_lose_nothing(
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
    join_board: Callable[..., BoardClient],
) -> None:
    kill_often(5, start_sandbox, start_server, join_board)


@pytest.mark.long
def test_fifty_kills_lose_nothing(
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
    join_board: Callable[..., BoardClient],
) -> None:
    kill_often(50, start_sandbox, start_server, join_board)
