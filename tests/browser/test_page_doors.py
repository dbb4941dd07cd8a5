"""A board that is not for everybody, as people meet it: the password, the pass of a page, the token."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_page_access import PHONE, faults
from tests.live.conftest import BY_HAND
from tests.support.chromium import GONE, Complaints
from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.slow
Start = Callable[..., Server]
OWNER = {"Authorization": "Bearer owner"}
NOTICE = "18+. Gambling can be addictive: help is free and confidential on 0800 000 000. " * 2


@pytest.fixture
def start_board(start_server: Start) -> Start:
    """Starts a board that changes when it is told to."""

    def start(**settings: object) -> Server:
        server = start_server(**BY_HAND, REFRESH_TOKEN="owner", **settings)
        changed(server)
        return server

    return start


def changed(server: Server) -> None:
    """One version more."""

    def is_changed() -> bool:
        answer = server.rest("/api/refresh/nba", "POST", headers=OWNER)
        assert answer.ok, answer.text
        return bool(answer.json()["changed"])

    until(is_changed, what="another version")


def test_a_private_board_asks_for_its_password_and_then_lives(
    page: Page, start_board: Start, complaints: Complaints
) -> None:
    complaints.allow("403")
    server = start_board(
        BOARD_ACCESS="private", BOARD_PASSWORD="open sesame", SITE_NOTICE=NOTICE, URL_PREFIX="/odds"
    )
    page.set_viewport_size(PHONE)
    page.goto(f"{server.url}/nba?market=totals")
    expect(page.get_by_role("heading", name="This board is private")).to_be_visible()
    password = page.get_by_label("Password")
    password.fill("close sesame")
    password.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("That is not the password.")
    assert faults(page) == []
    password.fill("open sesame")
    page.get_by_role("button", name="Open the board").click()
    expect(page.locator("#connection-said")).to_have_text("Connected")
    expect(page).to_have_url(f"{server.url}/nba?market=totals")
    assert faults(page) == []
    changed(server)
    until(lambda: page.evaluate("window.linefinder.counters.updates"), what="an update")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    expect(page.locator("footer.notice")).to_contain_text("0800 000 000")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="This board is private")).to_be_visible()
    page.goto(f"{server.url}/status")
    expect(page.get_by_role("heading", name="This board is private")).to_be_visible()


def test_a_page_whose_pass_ran_out_gets_another(
    page: Page, start_board: Start, complaints: Complaints
) -> None:
    complaints.allow(f"401|{GONE}")
    server = start_board(DATA_ACCESS="page", SECRET_KEY="one of the secrets")
    page.goto(f"{server.url}/nba")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    page.evaluate("window.isOld = true")
    server.stop()
    expect(page.locator("#connection-said")).not_to_have_text("Connected")
    server.env = {**server.env, "SECRET_KEY": "another of the secrets"}
    server.start()
    expect(page.locator("#connection-said")).to_have_text("Connected", timeout=90_000)
    assert page.evaluate("window.isOld") is None, "the page was loaded anew"


def test_with_tokens_alone_a_page_lives_and_asks_for_one_for_the_past(
    page: Page, start_board: Start, complaints: Complaints
) -> None:
    complaints.allow("401")
    server = start_board(DATA_ACCESS="token", DATA_TOKEN="reader")
    changed(server)
    page.goto(f"{server.url}/nba")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    page.get_by_role("button", name="Time machine").click()
    expect(page.get_by_role("slider")).to_be_focused()
    page.keyboard.press("Home")
    page.locator("#token-value").fill("reader")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#past-said")).to_contain_text("As it stood at")


def test_a_page_that_is_open_closes_when_its_pass_is_signed_out(
    page: Page, start_board: Start, complaints: Complaints
) -> None:
    complaints.allow("401|WebSocket connection")
    server = start_board(BOARD_ACCESS="private", BOARD_PASSWORD="open sesame")
    page.goto(f"{server.url}/nba")
    page.get_by_label("Password").fill("open sesame")
    page.keyboard.press("Enter")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    other = page.context.new_page()
    other.goto(f"{server.url}/status")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="This board is private")).to_be_visible()
    expect(page.get_by_role("heading", name="This board is private")).to_be_visible(timeout=20_000)
