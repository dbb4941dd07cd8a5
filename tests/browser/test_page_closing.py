"""Closing lines on the page of a game that begins while somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from linefinder.domain.odds import iso
from linefinder.web.shown.text import price_text
from tests.browser.test_page_access import SMALL, faults
from tests.support.server import Server
from tests.support.upstream import KEY, Upstream, odds_of

pytestmark = pytest.mark.slow
Start = Callable[..., Server]
PHONE: ViewportSize = {"width": 360, "height": 740}
BOOKS = ("draftkings", "fanduel", "betmgm")


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    upstream = Upstream()
    yield upstream
    upstream.close()


def serving(start_server: Start, upstream: Upstream, *starts_in: float) -> Server:
    """A server that polled games which start in so many seconds."""
    server = start_server(
        POLL_SPORTS="nba", POLL_ENABLED="false", REFRESH_COOLDOWN_SECONDS=0,
        ODDS_API_URL=upstream.url, ODDS_API_KEY=KEY,
    )  # fmt: skip
    now = datetime.now(UTC)
    upstream.odds["basketball_nba"] = [
        odds_of(-210, key=f"e{n}", books=BOOKS, starts=iso(now + timedelta(seconds=seconds)))
        for n, seconds in enumerate(starts_in)
    ]
    assert server.rest("/api/refresh/nba", "POST").ok
    return server


def test_they_appear_when_the_game_begins_and_follow_the_odds_format(
    start_server: Start, upstream: Upstream, page: Page
) -> None:
    server = serving(start_server, upstream, 8)
    page.goto(f"{server.url}/event/e0")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    expect(page.locator(".begins .soon")).to_have_text("in play", timeout=20_000)
    table = page.locator("#closing table[data-market=h2h]")
    cells = table.locator("tbody tr").first.locator("td")
    expect(cells.nth(1)).to_have_text("−210", timeout=40_000)
    told = server.rest("/api/events/e0/closing").json()
    assert told["closed"]
    home = told["lines"]["draftkings"]["h2h"]["Boston Celtics"]["price"]
    page.locator("#odds [data-odds=decimal]").click()
    expect(cells.nth(1)).to_have_text(price_text(home, "american", "decimal"))
    expect(page.locator("#closing .hint")).to_contain_text("before the start")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_anybody_can_read_them_on_a_phone(
    start_server: Start, upstream: Upstream, browser: Browser, colours: str
) -> None:
    server = serving(start_server, upstream, 5, 7200)
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(f"{server.url}/event/e0?theme={colours}")
        expect(page.locator("#closing table")).to_have_count(2, timeout=30_000)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        upstream.odds["basketball_nba"] = upstream.odds["basketball_nba"][1:]
        assert server.rest("/api/refresh/nba", "POST").ok
        page.goto(f"{server.url}/event/e0?theme={colours}")
        expect(page.get_by_text("not on the board any more")).to_be_visible()
        expect(page.locator("#closing table")).to_have_count(2)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert page.evaluate(SMALL) == []
