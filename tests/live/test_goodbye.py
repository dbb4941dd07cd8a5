"""The server goes and comes back: it says so, and viewers return and go on where they were."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest

from linefinder import wire
from tests.live.conftest import BY_HAND, poll
from tests.support.client import BoardClient
from tests.support.sandbox import Sandbox
from tests.support.server import Server


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_viewers_are_told_and_come_back_without_a_snapshot(
    how: signal.Signals,
    sandbox: Sandbox,
    start_server: Callable[..., Server],
    join_board: Callable[..., BoardClient],
) -> None:
    server = start_server(**sandbox.settings(**BY_HAND))
    version = poll(server)["version"]
    client = join_board(server.url, "nba")
    client.wait_until(lambda one: one.board.version == version)
    epoch = client.board.epoch
    began = time.monotonic()
    assert server.stop(how) == 0
    assert time.monotonic() - began < 5
    bye = client.wait_until(lambda one: one.named("bye"))[0].body
    assert 0 < bye["retry_after"] < 30
    assert bye["reason"]
    server.start()
    now = poll(server)["version"]
    client.wait_until(lambda one: one.board.version == now)
    assert now == version + 1
    assert (client.board.epoch, client.connects) == (epoch, 2)
    assert len(client.named("odds_snapshot")) == 1
    client.wait_until(lambda one: len(one.acknowledgements) == 2)
    assert client.acknowledgements[1]["resumed"] is True


@pytest.mark.slow
def test_a_poll_under_way_is_finished_or_leaves_no_trace(
    sandbox: Sandbox, start_server: Callable[..., Server], join_board: Callable[..., BoardClient]
) -> None:
    settings = {**BY_HAND, "POLL_ENABLED": "true", "POLL_INTERVAL_SECONDS": 1}
    server = start_server(**sandbox.settings(**settings))
    client = join_board(server.url, "nba")
    client.wait_until(lambda one: (one.board.version or 0) >= 2)
    assert server.stop() == 0
    server.start()
    client.wait_until(lambda one: one.connects == 2 and not one.board.behind)
    assert (client.mismatches, len(client.named("odds_snapshot"))) == (0, 1)


@pytest.mark.long
def test_silence_is_broken_by_heartbeats(
    sandbox: Sandbox, start_server: Callable[..., Server], join_board: Callable[..., BoardClient]
) -> None:
    server = start_server(**sandbox.settings(**BY_HAND))
    client = join_board(server.url, "nba")
    client.wait_until(lambda one: one.board.epoch)

    def heartbeats(one: BoardClient) -> list[dict[str, object]]:
        return [
            said.body["feed"]
            for said in one.named("feed_status")
            if "ages" not in said.body["feed"]
        ]

    client.wait_until(heartbeats, 60)
    assert list(heartbeats(client)[0]) == list(wire.PASSING)
