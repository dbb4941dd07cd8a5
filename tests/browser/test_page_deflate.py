"""A browser takes the frame that everyone takes: deflated once, without a context of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.slow


def test_a_browser_reads_the_shared_frame(page: Page, start_server: Callable[..., Server]) -> None:
    server = start_server(POLL_SPORTS="nba", POLL_INTERVAL_SECONDS=1)
    until(lambda: server.rest("/api/odds/nba").json()["version"], what="a first poll")
    negotiated: list[dict[str, Any]] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.webSocketHandshakeResponseReceived", lambda told: negotiated.append(told))
    page.goto(f"{server.url}/nba")
    until(lambda: page.evaluate("window.linefinder.counters.updates") >= 3, what="three updates")
    assert page.evaluate("window.linefinder.counters.mismatches") == 0
    headers = {name.lower(): text for name, text in negotiated[0]["response"]["headers"].items()}
    assert headers["sec-websocket-extensions"].startswith("permessage-deflate")
    for side in ("server", "client"):
        assert f"{side}_no_context_takeover" in headers["sec-websocket-extensions"]
