"""ASYNC_MODE=gevent is the same board."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.live.conftest import BY_HAND, poll
from tests.support.client import BoardClient
from tests.support.rawsocket import handshake, status_of
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until


@pytest.mark.slow
def test_gevent_polls_tells_resumes_and_ends(
    sandbox: Sandbox, start_server: Callable[..., Server], join_board: Callable[..., BoardClient]
) -> None:
    settings = {**BY_HAND, "ASYNC_MODE": "gevent", "WS_MAX_CONNECTIONS": 1}
    server = start_server(**sandbox.settings(**settings))
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    answer = handshake(server.url, headers=offer)
    assert answer.raw
    answer.raw.close()
    until(lambda: not server.rest("/api/health").json()["full"], what="the seat is free")
    agreed = {name.lower(): value for name, value in answer.headers.items()}
    assert "server_no_context_takeover" in agreed["sec-websocket-extensions"], "no compressor each"
    first = poll(server)["version"]
    client = join_board(server.url, "nba")
    client.wait_until(lambda one: one.board.version == first)
    second = poll(server)["version"]
    client.wait_until(lambda one: one.board.version == second)
    assert status_of(server.url) == 503
    assert client.board.events == server.rest("/api/odds/nba").json()["events"]
    assert server.stop() == 0
    client.wait_until(lambda one: one.named("bye"))
    server.start()
    client.wait_until(lambda one: one.connects == 2 and not one.board.behind)
    assert (client.mismatches, len(client.named("odds_snapshot"))) == (0, 1)
