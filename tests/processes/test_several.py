"""Several processes on one database: one polls, each tells its own viewers what was committed."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import redis

from linefinder.processes.succession import FOLLOW_SECONDS
from tests.support.client import BoardClient
from tests.support.poller import Poller
from tests.support.process import Program
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

NBA = "basketball_nba"
BY_HAND = {"POLL_ENABLED": "false", "REFRESH_COOLDOWN_SECONDS": 0, "REFRESH_PER_HOUR": 100_000}
WITHIN = 3.0
"""Seconds that Redis may cost."""


@pytest.fixture
def pair(
    current_postgres_url: str,
    redis_url: str,
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
) -> tuple[Server, Server]:
    """A process that leads and one that follows, with Redis between them; both poll by hand."""
    sandbox = start_sandbox("--refresh", "0.1")
    shared = {"DATABASE_URL": current_postgres_url, "REDIS_URL": redis_url, "POLL_SPORTS": "nba"}
    settings = sandbox.settings(**BY_HAND, **shared)
    leader = start_server(**settings)
    until(lambda: "this process polls" in leader.log)
    return leader, start_server(**settings)


def refresh(server: Server) -> dict[str, Any]:
    """A refresh that changes something; what it says."""

    def changed() -> dict[str, Any] | None:
        answer = server.rest("/api/refresh/nba", "POST")
        assert answer.ok, answer.text
        told: dict[str, Any] = answer.json()
        return told if told["changed"] else None

    return until(changed) or {}


def polled_for(server: Server) -> bool:
    feed = server.rest("/api/odds/nba").json()["feed"]
    return (feed["status"], feed["polling"]) == ("live", True)


def alike(found: list[Any]) -> bool:
    return all(one == found[0] for one in found)


def held(client: BoardClient, version: int) -> Callable[[BoardClient], bool]:
    return lambda one: (one.board.version or 0) >= version


@pytest.mark.slow
def test_viewers_of_every_process_hear_every_version_whoever_was_asked(
    pair: tuple[Server, Server], join_board: Callable[..., BoardClient]
) -> None:
    leader, follower = pair
    clients = [join_board(server.url, "nba") for server in pair for _ in range(3)]
    for _ in range(4):
        for server in (follower, leader):
            version = refresh(server)["version"]
            for client in clients:
                client.wait_until(held(client, version))
    boards = [client.board.events for client in clients]
    assert alike(boards)
    for client in clients:
        seen = [message.body["version"] for message in client.named("odds_update")]
        assert seen == list(range(seen[0], seen[0] + len(seen)))
        assert client.resyncs == 0

    def feeds() -> list[Any]:
        return [server.rest("/api/odds/nba").json()["feed"] for server in pair]

    def credits_told() -> list[list[str]]:
        told = [server.rest("/metrics").text.splitlines() for server in pair]
        return [[one for one in lines if one.startswith("linefinder_credits_")] for lines in told]

    until(lambda: alike(feeds()), what="both tell the same of the feed")
    assert alike([server.rest("/api/polling").json() for server in pair])
    until(lambda: alike(credits_told()), what="both tell the same of the credits")
    assert credits_told()[0]


@pytest.mark.slow
def test_whoever_comes_from_another_process_resumes_there(
    pair: tuple[Server, Server], join_board: Callable[..., BoardClient]
) -> None:
    leader, follower = pair
    client = join_board(leader.url, "nba")
    for turn in range(1, 11):
        client.wait_until(lambda one, to=turn: len(one.acknowledgements) == to)  # type: ignore[misc]
        version = refresh(leader)["version"]
        client.wait_until(held(client, version))
        leader, follower = follower, leader
        client.url = leader.url
        client.drop_connection()
    client.wait_until(lambda one: len(one.acknowledgements) == 11)
    assert len(client.named("odds_snapshot")) == 1, "it never needed a board again"
    assert all(answer["resumed"] for answer in client.acknowledgements[1:])


@pytest.mark.slow
def test_hints_are_only_hints(
    tmp_path: Path,
    pair: tuple[Server, Server],
    redis_url: str,
    join_board: Callable[..., BoardClient],
) -> None:
    leader, follower = pair
    client = join_board(follower.url, "nba")
    waits = []
    for _ in range(5):
        version, at = refresh(leader)["version"], time.monotonic()
        client.wait_until(held(client, version))
        waits.append(time.monotonic() - at)
    assert median(waits) < 0.75 * FOLLOW_SECONDS, "hinted, an update waits for no look"
    with redis.Redis.from_url(redis_url) as server:
        server.client_kill_filter(_type="pubsub", skipme=True)
        server.flushdb()
    for _ in range(3):
        version, at = refresh(leader)["version"], time.monotonic()
        client.wait_until(held(client, version))
        assert time.monotonic() - at < WITHIN
    assert client.resyncs == 0


@pytest.mark.slow
def test_a_poller_alone_leads_processes_that_only_serve(
    tmp_path: Path,
    current_postgres_url: str,
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
    programs: list[Program],
    join_board: Callable[..., BoardClient],
) -> None:
    """Without Redis. It takes the lease from a server that holds it and would not poll."""
    sandbox = start_sandbox("--refresh", "0.2")
    shared = {
        "DATABASE_URL": current_postgres_url,
        "POLL_SPORTS": "nba",
        "POLL_INTERVAL_SECONDS": 1,
    }
    settings = sandbox.settings(**BY_HAND, **shared)
    servers = [start_server(**settings) for _ in range(2)]
    clients = [join_board(server.url, "nba") for server in servers]
    poller = Poller(tmp_path, **{**settings, "POLL_ENABLED": "true"})
    programs.append(poller)
    poller.start()
    for client in clients:
        client.wait_until(held(client, 3), 30)
    for server in servers:
        until(partial(polled_for, server), what="it knows that somebody polls")
        assert server.rest("/api/polling").json()["enabled"]
        assert server.rest("/api/health").ok
    paid = sandbox.state()["account"]["used"]
    assert refresh(servers[1])["credits"] == 3
    assert servers[0].rest("/api/polling", "PUT", json={"enabled": False}).ok
    until(lambda: not servers[1].rest("/api/polling").json()["enabled"])
    until(lambda: not servers[1].rest("/api/odds/nba").json()["feed"]["polling"])
    assert sandbox.state()["account"]["used"] >= paid + 3
    assert poller.stop() == 0
