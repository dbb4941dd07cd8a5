"""A flood of whatever kind: viewers hear every version on time, and nothing is left of it."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.chaos.floods import FLOODS, Flood, crowded, dial
from tests.support.crowd import Crowd, in_a_loop
from tests.support.laws import Crew, open_files, resident_mb
from tests.support.sandbox import Sandbox
from tests.support.server import Server

SETTINGS = {"POLL_ENABLED": "true", "POLL_INTERVAL_SECONDS": 1, "POLL_SPORTS": "nba"}
SETTINGS |= {"POLL_ALLOW_EXHAUSTION": "true", "REST_RATE_LIMIT": 0}
ON_TIME = 3.0


@pytest.fixture
def board(start_sandbox: Callable[..., Sandbox], start_server: Callable[..., Server]) -> Server:
    return start_server(**start_sandbox("--refresh", "0.3").settings(**SETTINGS))


@pytest.fixture
def crew(board: Server) -> Iterator[Crew]:
    made = Crew([board.url], 20)
    try:
        made.reach(1, 20)
        yield made
    finally:
        made.leave()


def closed_within(board: Server, files: int, seconds: float) -> None:
    """So many files are open at most, soon."""
    ends = time.monotonic() + seconds
    while (still := open_files(board.pid)) > files:
        assert time.monotonic() < ends, f"{still} files are open where {files} were"
        time.sleep(0.2)


def answer_to(board: Server, said: bytes) -> bytes:
    """What comes back to somebody who says this and goes."""
    with dial(board.port) as line:
        line.sendall(said)
        line.shutdown(socket.SHUT_WR)
        line.settimeout(20)
        return line.recv(1000)


def endure(board: Server, crew: Crew, flood: Flood, seconds: float) -> None:
    """While it lasts everybody hears what comes, soon; afterwards no file of it is open."""
    files = open_files(board.pid)
    storm = threading.Thread(target=flood, args=(board.port, random.Random(7), seconds))
    storm.start()
    while storm.is_alive():
        version = board.rest("/api/odds/nba").json()["version"]
        crew.reach(version + 1, ON_TIME + 2 * SETTINGS["POLL_INTERVAL_SECONDS"])  # type: ignore[operator]
    storm.join()
    closed_within(board, files + 5, 30)


@pytest.mark.slow
def test_floods_hold_nobody_up_and_leave_nothing(board: Server, crew: Crew) -> None:
    for flood in FLOODS:
        endure(board, crew, flood, 1.0)
    connects = [client.connects for client in crew.clients]
    assert crew.obey() > 20
    assert connects == [1] * len(connects), "nobody lost the connection"


@pytest.mark.slow
def test_who_drips_keeps_nobody_out(
    start_sandbox: Callable[..., Sandbox], start_server: Callable[..., Server]
) -> None:
    """400 half requests at a server of 50 seats and 256 connections more: its viewers hear on, and
    others still come in, for pages and for sockets."""
    few = {**SETTINGS, "WS_MAX_CONNECTIONS": 50}
    board = start_server(**start_sandbox("--refresh", "0.3").settings(**few))
    crew = Crew([board.url], 20)
    try:
        crew.reach(1, 20)
        assert answer_to(board, b"GET / HTTP/1.1\r\nHost: x\r\n") == b"", "half a head is none"
        assert answer_to(board, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 200")
        endure(board, crew, crowded, 3.0)
        connects = [client.connects for client in crew.clients]
        assert connects == [1] * len(connects), "nobody lost the connection"
    finally:
        crew.leave()


@pytest.mark.long
def test_floods_for_a_minute_leave_memory_as_it_was(board: Server, crew: Crew) -> None:
    for flood in FLOODS:
        endure(board, crew, flood, 2.0)
    before = resident_mb(board.pid)
    for flood in FLOODS:
        endure(board, crew, flood, 8.0)
    grown = resident_mb(board.pid) - before
    assert grown < 15, f"{grown:.0f} MB more"
    crew.obey()


@pytest.mark.long
def test_a_thousand_who_come_back_at_once_miss_nothing(board: Server, crew: Crew) -> None:
    """Three times over; meanwhile polls go on and the others hear them."""
    files = open_files(board.pid)

    async def go() -> None:
        for _ in range(3):
            crowd = Crowd(board.url, "basketball_nba")
            await crowd.fill(1000 - len(crew.clients) - 10, together=400)
            assert not crowd.faults, crowd.faults[:3]
            await crowd.leave()

    began = time.monotonic()
    in_a_loop(go)
    print(f"3 x 970 viewers in {time.monotonic() - began:.1f} s")
    crew.reach(board.rest("/api/odds/nba").json()["version"])
    crew.obey()
    closed_within(board, files + 5, 30)
