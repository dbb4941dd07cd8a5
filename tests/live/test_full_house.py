"""A full house: refused before the handshake, told by health, and open again when somebody leaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.rawsocket import ENGINE, handshake, open_socket, status_of
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until


@pytest.mark.slow
def test_a_full_house_is_refused_until_a_seat_is_free(
    sandbox: Sandbox, start_server: Callable[..., Server]
) -> None:
    server = start_server(**sandbox.settings(WS_MAX_CONNECTIONS=3))
    viewers = [open_socket(server.url) for _ in range(3)]
    refused = handshake(server.url)
    assert refused.status == 503
    assert int({name.lower(): value for name, value in refused.headers.items()}["retry-after"]) > 0
    health = server.rest("/api/health")
    assert (health.status_code, health.json()["full"]) == (200, True)
    assert server.rest("/").status_code == 200
    viewers[0].close()
    until(lambda: not server.rest("/api/health").json()["full"], what="a seat is free")
    viewers[0] = open_socket(server.url)
    for more in ("", "&sid=", "&asid=1", "&sid=nobody"):
        assert status_of(server.url, path=ENGINE + more) == 503, more
    for viewer in viewers:
        viewer.close()


@pytest.mark.slow
def test_who_never_says_hello_loses_the_seat(
    sandbox: Sandbox, start_server: Callable[..., Server]
) -> None:
    server = start_server(**sandbox.settings(WS_MAX_CONNECTIONS=1))
    answer = handshake(server.url)
    assert answer.raw
    assert answer.raw.closed_within(60)
    answer.raw.close()
    until(lambda: status_of(server.url) == 101)
