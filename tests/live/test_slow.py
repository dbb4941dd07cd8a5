"""Slow and silent peers: they are dropped, and nobody else notices."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.conftest import BY_HAND, poll
from tests.support.client import BoardClient
from tests.support.process import Program
from tests.support.proxy import Proxy
from tests.support.rawsocket import RawSocket, open_socket
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

ON_TIME = 1.5
"""Seconds; a server that waits for one of the five is WS_WRITE_TIMEOUT_SECONDS late."""
SMALL = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)]


QUICK = {**BY_HAND, "WS_WRITE_TIMEOUT_SECONDS": 2, "WS_PING_INTERVAL_SECONDS": 2}


def clients(server: Server) -> int:
    found = re.search(r"^linefinder_clients (\d+)", server.rest("/metrics").text, re.MULTILINE)
    assert found
    return int(found[1])


def take_nothing(viewer: RawSocket) -> None:
    """Ask for the board again and again, and read none of it."""
    for _ in range(15):
        viewer.emit("subscribe", {"sport": "nba"})


@pytest.mark.slow
def test_who_takes_nothing_is_dropped_and_the_others_hear_on_time(
    sandbox: Sandbox,
    start_server: Callable[..., Server],
    join_board: Callable[..., BoardClient],
) -> None:
    server = start_server(**sandbox.settings(**QUICK))
    poll(server)
    healthy = join_board(server.url, "nba")
    healthy.wait_until(lambda one: one.board.version)
    stalled = [open_socket(server.url, sockopt=SMALL) for _ in range(5)]
    until(lambda: clients(server) == 6, what="all are there")
    for viewer in stalled:
        take_nothing(viewer)
    deadline = time.monotonic() + 30
    while clients(server) > 1 and time.monotonic() < deadline:
        version = poll(server)["version"]
        healthy.wait_until(lambda one, to=version: one.board.version >= to, ON_TIME)  # type: ignore[misc]
    assert clients(server) == 1
    assert (healthy.connects, healthy.resyncs) == (1, 0)
    for viewer in stalled:
        viewer.close()


@pytest.mark.slow
def test_a_peer_that_vanished_is_found_by_ping(
    sandbox: Sandbox,
    tmp_path: Path,
    programs: list[Program],
    join_board: Callable[..., BoardClient],
    put_between: Callable[[str], Proxy],
) -> None:
    server = Server(tmp_path, **sandbox.settings(**QUICK))
    server.arguments = ["-m", "tests.support.hasty"]
    programs.append(server)
    server.start()
    proxy = put_between(server.url)
    client = join_board(proxy.url, "nba", reconnect=False)
    client.wait_until(lambda one: one.board.epoch)
    proxy.pause()
    until(lambda: clients(server) == 0, 60, "the silent peer is gone")
