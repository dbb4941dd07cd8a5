"""What a viewer sees when more goes wrong: no provider, a wrong board, a full house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_page_board import counters, equals_rest
from tests.support.chromium import GONE, Complaints
from tests.support.rawsocket import open_socket
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.slow
Start = Callable[..., Any]
LIVELY = {"POLL_SPORTS": "nba", "POLL_ENABLED": "true", "POLL_INTERVAL_SECONDS": 1}
SILENT = f"{GONE}|503"


@pytest.fixture
def sandbox(start_sandbox: Start) -> Sandbox:
    playing: Sandbox = start_sandbox("--refresh", "1")
    return playing


def opened(page: Page, server: Server) -> None:
    """The live board of a server that has prices."""
    until(lambda: server.rest("/api/odds/nba").json()["version"], what="a first poll")
    page.goto(f"{server.url}/nba")
    expect(page.locator("#connection")).to_have_attribute("data-state", "connected")
    expect(page.locator("#feed-status")).to_have_text("Live")
    page.evaluate("window.neverReloaded = true")


@pytest.mark.long
def test_a_provider_that_fails_all_tries_is_told_and_comes_back_by_itself(
    page: Page, sandbox: Sandbox, start_server: Start
) -> None:
    server = start_server(**sandbox.settings(**LIVELY))
    opened(page, server)
    sandbox.kill()
    expect(page.locator("#feed-status")).to_have_text("Data may be outdated", timeout=60_000)
    expect(page.locator("#connection-said")).to_have_text("Connected")
    sandbox.start()
    expect(page.locator("#feed-status")).to_have_text("Live", timeout=60_000)
    until(lambda: equals_rest(page, server), what="page and REST agree")


def test_a_board_that_went_wrong_heals_itself(
    page: Page, sandbox: Sandbox, start_server: Start
) -> None:
    server = start_server(**sandbox.settings(**LIVELY))
    opened(page, server)
    page.evaluate(
        """() => { const events = window.linefinder.board().events;
        for (const event of Object.values(events))
          for (const markets of Object.values(event.lines)) delete markets.h2h; }"""
    )
    until(lambda: counters(page)["mismatches"] == 1, what="it was noticed")
    until(lambda: counters(page)["snapshots"] == 1, what="a whole board came")
    until(lambda: equals_rest(page, server), what="page and REST agree")


def test_a_full_house_is_told_and_left_as_soon_as_there_is_a_seat(
    page: Page, sandbox: Sandbox, start_server: Start, complaints: Complaints
) -> None:
    complaints.allow(SILENT)
    server = start_server(**sandbox.settings(**LIVELY, WS_MAX_CONNECTIONS=1))
    taken = open_socket(server.url)
    page.goto(f"{server.url}/nba")
    expect(page.locator("#connection")).to_have_attribute("data-state", "full")
    taken.close()
    expect(page.locator("#connection-said")).to_have_text("Connected", timeout=90_000)
