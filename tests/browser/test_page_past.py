"""The time machine: the whole board as it stood, said to be past, and the way back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_page_board import LINE_TEXTS, equals_rest
from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture
def server(demo: Server) -> Server:
    """A board that has changed five times and changes only when it is told to."""
    until(lambda: version_after_refresh(demo) >= 5, what="five versions")
    return demo


def version_after_refresh(server: Server) -> Any:
    answer = server.rest("/api/refresh/nba", "POST")
    assert answer.ok
    return answer.json()["version"]


def rendered(browser: Browser, url: str) -> Any:
    """The lines of a page as the server renders it."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{url}&games=all")
        return page.evaluate(LINE_TEXTS)


def shows(page: Page, rows: Any) -> None:
    """Scripts add the games beyond the first ones a few a frame."""
    until(lambda: page.evaluate(LINE_TEXTS) == rows, what="the rows of that moment")


def test_the_slider_shows_the_past_and_news_wait_behind_it(
    page: Page, browser: Browser, server: Server
) -> None:
    page.goto(f"{server.url}/nba")
    page.get_by_role("button", name="Time machine").click()
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", "Now")
    expect(page.get_by_role("slider")).to_be_focused()
    page.keyboard.press("Home")
    expect(page.locator("#past-said")).to_contain_text("As it stood at")
    expect(page.locator("#feed")).not_to_be_visible()
    expect(page).to_have_title(re.compile("^As it stood at"))
    expect(page).to_have_url(re.compile("at="))
    link = page.url
    first = rendered(browser, link)
    shows(page, first)

    until(
        lambda: (
            version_after_refresh(server)
            and page.evaluate("window.linefinder.counters.updates") > 1
        ),
        what="news",
    )
    assert page.evaluate(LINE_TEXTS) == first
    expect(page.locator(".move.up, .move.down")).to_have_count(0)

    page.get_by_role("link", name="Back to live").click()
    expect(page.locator("#feed")).to_be_visible()
    expect(page.locator("#feed-status")).to_have_text("Live")
    until(lambda: equals_rest(page, server), what="page and REST agree")
    expect(page).not_to_have_url(re.compile("at="))
    shows(page, rendered(browser, f"{server.url}/nba?market=h2h"))
    page.close()


def test_a_link_to_a_moment_shows_it_with_and_without_scripts(
    page: Page, browser: Browser, server: Server
) -> None:
    at = server.rest("/api/odds/nba").json()["time"]
    version_after_refresh(server)
    url = f"{server.url}/nba?market=totals&at={at}"
    plain = rendered(browser, url)
    page.goto(url)
    expect(page.locator("#past-said")).to_contain_text("As it stood at")
    expect(page.get_by_role("slider")).to_be_visible()
    expect(page.locator("#markets [aria-current]")).to_have_text("Total")
    shows(page, plain)
    page.get_by_role("link", name="Spread").click()
    shows(page, rendered(browser, f"{server.url}/nba?market=spreads&at={at}"))
    page.close()


def test_buttons_go_from_change_to_change(page: Page, server: Server) -> None:
    newest = server.rest("/api/odds/nba").json()["version"]

    def version() -> Any:
        query = page.evaluate("location.search")
        return server.rest(f"/api/odds/nba{query}").json()["version"] if query else "live"

    page.goto(f"{server.url}/nba")
    page.get_by_role("button", name="Time machine").click()
    steps = [("Earlier", 1), ("Earlier", 2), ("Later", 1), ("Later", 0)]
    for way, back in steps:
        page.get_by_role("button", name=f"{way} change").click()
        until(lambda back=back: version() == newest - back, what=f"{way}: {back} back")  # type: ignore[misc]
    page.get_by_role("button", name="Later change").click()
    until(lambda: version() == "live", what="the present")
    expect(page.locator("#feed")).to_be_visible()
    page.close()


def test_a_moment_that_can_not_be_shown_is_a_page_that_says_why(server: Server) -> None:
    early = server.rest("/nba?at=2020-01-01T00:00:00Z")
    assert early.status_code == 404
    assert "no board yet" in early.text
    bad = server.rest("/nba?at=yesterday")
    assert bad.status_code == 400
    assert "yesterday" in bad.text


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_past_is_told_by_the_clock_that_was_chosen(
    browser: Browser, server: Server, zone: str
) -> None:
    time = server.rest("/api/odds/nba").json()["time"]
    with browser.new_context(timezone_id="Europe/Berlin") as context:
        page = context.new_page()
        page.goto(f"{server.url}/nba?zone={zone}")
        page.get_by_role("button", name="Time machine").click()
        moment = datetime.fromisoformat(time).replace(microsecond=0) + timedelta(seconds=1)
        there = moment.astimezone(ZoneInfo(zone))
        page.get_by_label("Exact moment").fill(f"{there:%Y-%m-%dT%H:%M:%S}")
        expect(page.locator("#past-said")).to_contain_text(f"{there:%H:%M:%S}")
        expect(page.locator("#past-more")).to_contain_text(f"{there:%H}:")
        assert f"{moment:%H:%M:%S}" in unquote(page.url)
