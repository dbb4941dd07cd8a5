"""A storm of viewers, as after a restart: all get in, and all get the same board."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.live.conftest import BY_HAND, poll
from tests.live.test_fanout import settle
from tests.support.crowd import Crowd, in_a_loop
from tests.support.sandbox import Sandbox
from tests.support.server import Server


@pytest.mark.slow
def test_a_storm_is_let_in_without_a_refusal_and_hears_what_comes_next(
    sandbox: Sandbox, start_server: Callable[..., Server]
) -> None:
    server = start_server(**sandbox.settings(**BY_HAND))
    poll(server)
    crowd = Crowd(server.url, "basketball_nba")

    async def go() -> None:
        await crowd.fill(500, together=500)
        told = await asyncio.to_thread(poll, server)
        await settle(crowd, told["version"])
        await crowd.leave()

    in_a_loop(go)
    assert not crowd.faults
    assert {one.updates for one in crowd.viewers} == {1}
