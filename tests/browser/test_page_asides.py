"""Beside the best line: openers, their last day, fair prices, as the server finds them; each can go."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from linefinder.web import text
from linefinder.web.text import point_text, price_text
from tests.browser.test_page_board import SHIFTS, equals_rest
from tests.live.conftest import BY_HAND, poll
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.slow
MOST_POLLS = 40
LINE = re.compile(r"^M[\d.]+ [\d.]+H[\d.]+")
SHOWN = """() => Object.fromEntries([...document.querySelectorAll("tbody.event")].flatMap((event) =>
  [...event.querySelectorAll("tr.line")].map((row) => [
    `${event.dataset.event} ${row.dataset.outcome}`, {
    opener: row.querySelector(".opener").textContent,
    whose: row.querySelector(".opener").title.split(",")[0],
    spark: row.querySelector(".spark").title,
    fair: row.querySelector(".fair").textContent,
  }])))"""


@pytest.fixture
def server(start_sandbox: Callable[..., Sandbox], start_server: Callable[..., Server]) -> Server:
    """Its lines move all the time."""
    server = start_server(**start_sandbox("--refresh", "0.1").settings(**BY_HAND))
    poll(server)
    return server


def words(market: str, outcome: str, price: float, point: float | None) -> str:
    shown = price_text(price, "american", "american")
    return " ".join(filter(None, (point_text(market, outcome, point), shown)))


def told(server: Server, market: str) -> dict[str, Any]:
    """What REST tells of an outcome's opener, its changes and its fair line, as a row shows it."""
    board = server.rest("/api/odds/nba").json()
    rows = {}
    for event in board["events"]:
        fair = server.rest(f"/api/events/{event}").json()["fair"]["consensus"].get(market, {})
        pieces = server.rest(f"/api/events/{event}/history?market={market}").json()
        for outcome in {piece["outcome"] for piece in pieces}:
            mine = [piece for piece in pieces if piece["outcome"] == outcome]
            first = min(mine, key=lambda piece: (piece["from"], piece["bookmaker"]))
            changes = sum(piece["bookmaker"] == first["bookmaker"] for piece in mine) - 1
            line = fair.get(outcome)
            rows[f"{event} {outcome}"] = {
                "opener": words(market, outcome, first["price"], first["point"]),
                "whose": board["bookmakers"][first["bookmaker"]],
                "changes": changes,
                "fair": words(market, outcome, line["price"], line["point"]) if line else "",
            }
    return rows


def agree(page: Page, server: Server, market: str) -> bool:
    """Whether every row shows what REST tells; pieces count changes where the line never left."""
    shown, expected = page.evaluate(SHOWN), told(server, market)
    sparks = {key: row.pop("spark") for key, row in shown.items()}
    changes = {key: row.pop("changes") for key, row in expected.items()}
    return bool(shown == expected) and all(
        "off the board" in sparks[key] or f" {text.plural(count, 'change')} in" in sparks[key]
        for key, count in changes.items()
        if count
    )


@pytest.mark.parametrize("market", [pytest.param("h2h", marks=pytest.mark.long), "spreads"])
def test_openers_changes_and_fair_prices_are_those_of_rest_and_follow(
    page: Page, server: Server, market: str
) -> None:
    poll(server)
    page.goto(f"{server.url}/nba?market={market}")
    expect(page.locator("td.opener").first).not_to_be_empty()
    moved = page.locator(".sparkline path")
    for _ in range(MOST_POLLS):
        poll(server)
        until(lambda: equals_rest(page, server), what="page and REST agree")
        if moved.count() > 1:
            break
    expect(moved.first).to_have_attribute("d", LINE)
    until(lambda: agree(page, server, market), 10, "rows and REST agree")


def test_the_method_of_fair_prices_is_chosen_kept_and_shared(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/nba")
    fair = page.locator("td.fair")
    expect(fair.first).not_to_be_empty()
    before = fair.all_inner_texts()
    page.keyboard.press("v")
    page.get_by_label("Fair prices").select_option("worst")
    until(lambda: fair.all_inner_texts() != before, what="other prices")
    assert "fair=worst" in page.url
    page.goto(f"{server.url}/nba")
    until(lambda: "fair=worst" in page.url, what="the choice is kept")


def test_each_column_can_be_hidden_and_the_next_page_does_not_shift(
    page: Page, browser: Browser, server: Server
) -> None:
    page.goto(f"{server.url}/nba")
    page.keyboard.press("v")
    for name, column in (
        ("Opener", "opener"),
        ("24 hours", "spark"),
        ("Best", "top"),
        ("Fair", "fair"),
    ):
        expect(page.locator(f"td.{column}").first).to_be_visible()
        page.locator("#asides").get_by_text(name, exact=True).click()
        expect(page.locator(f"td.{column}").first).not_to_be_visible()
    page.keyboard.press("Escape")
    shared = page.url
    with browser.new_context() as context:
        other = context.new_page()
        other.add_init_script(SHIFTS)
        other.goto(shared)
        expect(other.locator("#connection-said")).to_have_text("Connected")
        assert other.locator("td.opener, td.spark, td.top, td.fair").first.is_hidden()
        assert other.evaluate("window.shifted") < 0.01


def test_side_by_side_has_no_room_for_them_and_the_way_back_has(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/nba?market=all")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    assert page.locator(".grid .aside").count() == 0
    page.get_by_role("link", name="Total").click()
    expect(page.locator("td.opener").first).to_contain_text("o")
    rows = page.locator("tr.line").count()
    until(lambda: page.locator("td.fair").count() == rows, what="every row has its fair price")
