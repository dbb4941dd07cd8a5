"""The board as a viewer meets it: a real server, a real browser, no reload."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from linefinder.web.pages import FIRST_GAMES
from tests.support.chromium import GONE, Complaints
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.upstream import KEY, Upstream, odds_of
from tests.support.waiting import until

pytestmark = pytest.mark.slow
Start = Callable[..., Server]
LINE_TEXTS = """() => [...document.querySelectorAll("tr.line")].map((row) =>
  [...row.querySelectorAll(".line-cell .price")].map((cell) => cell.textContent))"""
LAID_OUT = """() => { const games = [...document.querySelectorAll("tbody.event")];
  return games.length > 0 && games.every((game) => game.querySelector("tr.line")); }"""
"""Whether every game has its rows, which come a few a frame."""
SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((e) => (window.shifted += e.value)))
  .observe({ type: "layout-shift", buffered: true });"""


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    opened = Upstream()
    yield opened
    opened.close()


def counters(page: Page) -> Any:
    return page.evaluate("window.linefinder.counters")


def equals_rest(page: Page, server: Server, sport: str = "nba") -> bool:
    """Whether the page holds what REST serves; asked until both stand at one version."""
    served = server.rest(f"/api/odds/{sport}").json()
    held = page.evaluate("window.linefinder.board()")
    parts = ("epoch", "version", "checksum", "events")
    return all(held[part] == served[part] for part in parts)


def test_the_page_is_readable_without_scripts(browser: Browser, start_server: Start) -> None:
    server = start_server(POLL_SPORTS="nba")
    until(lambda: server.rest("/api/odds/nba").json()["version"], what="a first poll")
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{server.url}/nba?market=spreads")
        expect(page.locator("#feed-status")).to_have_text("Live")
        expect(page.locator("#feed-age")).to_contain_text("old")
        expect(page.locator(".badge")).to_have_text("Demo odds")
        expect(page.locator("#markets [aria-current]")).to_have_text("Spread")
        expect(page.locator(".line-cell.best").first).to_be_visible()
        expect(page.locator(".aside").first).not_to_be_visible()
        page.get_by_role("link", name="Decimal").click()
        expect(page.locator(".line-cell.best .price").first).to_contain_text(".")


def test_the_first_games_are_rendered_and_a_link_has_the_others(
    browser: Browser, start_server: Start, upstream: Upstream
) -> None:
    upstream.odds["basketball_nba"] = [odds_of(key=f"e{n}") for n in range(FIRST_GAMES + 3)]
    server = start_server(
        POLL_SPORTS="nba", POLL_ENABLED="false", ODDS_API_URL=upstream.url, ODDS_API_KEY=KEY
    )
    assert server.rest("/api/refresh/nba", "POST").ok
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{server.url}/nba")
        games = page.locator("tbody.event")
        expect(games).to_have_count(FIRST_GAMES)
        page.get_by_role("link", name="3 more games").click()
        expect(games).to_have_count(FIRST_GAMES + 3)


def test_the_board_goes_live_and_stays_what_the_server_serves(
    page: Page, start_server: Start
) -> None:
    server = start_server(POLL_SPORTS="nba", POLL_INTERVAL_SECONDS=1)
    until(lambda: server.rest("/api/odds/nba").json()["version"], what="a first poll")
    page.add_init_script(SHIFTS)
    page.goto(f"{server.url}/nba")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    until(lambda: counters(page)["updates"] >= 3, what="three updates")
    expect(page.locator(".move.up, .move.down").first).to_be_visible()
    until(lambda: equals_rest(page, server), what="page and REST agree")
    assert counters(page)["mismatches"] == counters(page)["snapshots"] == 0
    assert page.evaluate("window.shifted") < 0.01


def test_what_scripts_show_is_what_the_server_would_render(
    page: Page, browser: Browser, start_server: Start
) -> None:
    server = start_server(POLL_SPORTS="nba", POLL_ENABLED="false", REFRESH_COOLDOWN_SECONDS=0)
    page.goto(f"{server.url}/nba")
    for _ in range(3):
        assert server.rest("/api/refresh/nba", "POST").ok
    until(lambda: equals_rest(page, server), what="page and REST agree")
    page.get_by_role("link", name="Total").click()
    page.get_by_role("link", name="Decimal").click()
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()

        def same() -> bool:
            plain.goto(f"{server.url}/nba?market=totals&odds=decimal&games=all")
            rendered = plain.evaluate(LINE_TEXTS)
            return bool(rendered) and page.evaluate(LINE_TEXTS) == rendered

        until(same, what="the same rows")


def test_after_a_kill_the_page_says_so_resumes_and_needs_no_reload(
    page: Page, complaints: Complaints, start_server: Start
) -> None:
    complaints.allow(GONE)
    server = start_server(POLL_SPORTS="nba", POLL_INTERVAL_SECONDS=1)
    until(lambda: server.rest("/api/odds/nba").json()["version"], what="a first poll")
    page.goto(f"{server.url}/nba")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    server.kill()
    expect(page.locator("#connection-said")).to_contain_text("Reconnecting")
    expect(page.locator("#feed-status")).to_have_text("Live")  # the data is as young as it was
    server.start()
    expect(page.locator("#connection-said")).to_have_text("Connected", timeout=90_000)
    until(lambda: equals_rest(page, server), what="page and REST agree")
    assert counters(page)["snapshots"] == 0


def test_a_provider_that_refuses_turns_the_data_stale_and_not_the_connection(
    page: Page, start_server: Start, start_sandbox: Callable[..., Sandbox]
) -> None:
    sandbox = start_sandbox()
    settings = sandbox.settings(POLL_SPORTS="nba", POLL_ENABLED="true", POLL_INTERVAL_SECONDS=1)
    server = start_server(**settings, REFRESH_COOLDOWN_SECONDS=0)
    until(lambda: server.rest("/api/odds/nba").json()["version"], what="a first poll")
    page.goto(f"{server.url}/nba")
    expect(page.locator("#feed-status")).to_have_text("Live")
    expect(page.locator(".badge")).to_have_count(0)
    sandbox.fault("invalid_key")
    expect(page.locator("#feed-status")).to_have_text("Data may be outdated")
    expect(page.locator("#feed-reason")).to_contain_text("refuses the API key")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    sandbox.clear_faults()
    page.locator("#refresh").click()
    expect(page.locator("#feed-status")).to_have_text("Live")


def test_polling_off_is_said_and_refresh_asks_for_the_token_once(
    page: Page, complaints: Complaints, start_server: Start
) -> None:
    complaints.allow("401")
    server = start_server(
        POLL_SPORTS="nba", POLL_ENABLED="false", REFRESH_TOKEN="let me", URL_PREFIX="/odds",
        REFRESH_COOLDOWN_SECONDS=0,
    )  # fmt: skip
    page.goto(f"{server.url}/")
    expect(page.get_by_role("heading", name="Polling is off")).to_be_visible()
    expect(page.locator("#polling-off")).to_contain_text("credits a day")
    expect(page.locator("#feed-status")).to_have_text("Waiting for the first prices")
    page.locator("#refresh").click()
    page.get_by_role("textbox", name="Token").fill("let me")
    page.keyboard.press("Enter")
    expect(page.locator("#refresh-said")).to_contain_text("New prices")
    expect(page.locator("#feed-status")).to_have_text("Live")
    page.locator("#refresh").click()
    expect(page.locator("#refresh-said")).to_contain_text("for 3 credits")
    expect(page.locator("#token")).not_to_be_visible()
