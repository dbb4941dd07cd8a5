"""Who leaves is forgotten at once: nothing of a viewer waits for the garbage collector, which goes
through everybody's objects and is therefore called seldom."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
from itsdangerous import URLSafeTimedSerializer

from tests.live.conftest import BY_HAND, poll
from tests.support.crowd import Crowd, in_a_loop
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

VIEWERS, SECRET = 100, "of this test's own, and long enough"


def look(server: Server) -> int:
    """How many objects of garbage there are now."""
    before = looks(server)
    os.kill(server.pid, signal.SIGUSR1)
    until(lambda: len(looks(server)) > len(before))
    return looks(server)[-1]


def looks(server: Server) -> list[int]:
    """What each look so far has found."""
    return list(map(int, re.findall(r"garbage: (\d+) objects", server.log)))


def signed(secret: str) -> str:
    """The pass that a page gives."""
    return str(URLSafeTimedSerializer(secret, salt="linefinder.pass").dumps("page"))


def come_and_go(server: Server, cookie: str) -> None:
    """A crowd comes, hears a board, and leaves; the server has noticed."""
    headers = f"Cookie: linefinder_pass={cookie}\r\n" if cookie else ""
    crowd = Crowd(server.url, "basketball_nba", headers=headers)

    async def go() -> None:
        await crowd.fill(VIEWERS)
        await crowd.leave()

    in_a_loop(go)
    assert not crowd.faults
    until(lambda: "linefinder_clients 0.0" in server.rest("/metrics").text)


@pytest.mark.slow
def test_a_viewer_that_left_is_no_garbage(sandbox: Sandbox, tmp_path: Path) -> None:
    server = Server(tmp_path, **sandbox.settings(**BY_HAND, SECRET_KEY=SECRET))
    server.arguments = ["-m", "tests.support.tidied"]
    server.start()
    try:
        poll(server)
        look(server)
        for cookie in ("", signed(SECRET), signed("another"), "nonsense"):
            come_and_go(server, cookie)
            assert look(server) < VIEWERS, f"not one object of each, with the cookie {cookie!r}"
    finally:
        server.close()
