"""Beside the best line: openers, their last day, fair prices, as the server finds them; each can go."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from linefinder.web.shown import text
from linefinder.web.shown.text import point_text, price_text
from linefinder.web.shown.words import short_name
from tests.browser.test_page_board import SHIFTS, equals_rest
from tests.live.conftest import poll
from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.slow
FIRST = 10  # rows that are brought up to date before anything is painted
LINE = re.compile(r"^M[\d.]+ [\d.]+H[\d.]+")
SHOWN = """() => Object.fromEntries([...document.querySelectorAll("tbody.event")].flatMap((event) =>
  [...event.querySelectorAll("tr.line")].map((row) => [
    `${event.dataset.event} ${row.dataset.outcome}`, {
    opener: row.querySelector(".opener span").textContent,
    whose: row.querySelector(".opener .from").title,
    from: row.querySelector(".opener .from").textContent,
    spark: row.querySelector(".spark").title,
    fair: row.querySelector(".fair").textContent,
  }])))"""


@pytest.fixture
def server(lively: Server) -> Server:
    """Its lines move all the time."""
    poll(lively)
    return lively


def words(market: str, outcome: str, price: float, point: float | None) -> str:
    shown = price_text(price, "american", "american")
    return " ".join(filter(None, (point_text(market, outcome, point), shown)))


def changes_of(pieces: list[dict[str, Any]]) -> int:
    """How often a line changed: where a piece does not follow at once, it left and came back."""
    steps = [1 if one["to"] == later["from"] else 2 for one, later in pairwise(pieces)]
    return sum(steps) + (pieces[-1]["to"] is not None)


def told(server: Server, market: str) -> dict[str, Any]:
    """What REST tells of the opener, the changes and the fair line of an outcome that somebody
    offers now, as a row shows it."""
    board = server.rest("/api/odds/nba").json()
    rows = {}
    for event in board["events"]:
        fair = server.rest(f"/api/events/{event}").json()["fair"]["consensus"].get(market, {})
        pieces = server.rest(f"/api/events/{event}/history?market={market}").json()
        offers = [books.get(market, {}) for books in board["events"][event]["lines"].values()]
        for outcome in set().union(*offers):
            mine = [piece for piece in pieces if piece["outcome"] == outcome]
            first = min(mine, key=lambda piece: (piece["from"], piece["bookmaker"]))
            changes = changes_of([one for one in mine if one["bookmaker"] == first["bookmaker"]])
            line = fair.get(outcome)
            rows[f"{event} {outcome}"] = {
                "opener": words(market, outcome, first["price"], first["point"]),
                "whose": board["bookmakers"][first["bookmaker"]],
                "from": short_name(first["bookmaker"], board["bookmakers"][first["bookmaker"]]),
                "changes": changes,
                "fair": words(market, outcome, line["price"], line["point"]) if line else "",
            }
    return rows


def apart(page: Page, server: Server, market: str) -> list[tuple[str, Any, Any]]:
    """The rows that do not show what REST tells."""
    shown, expected = page.evaluate(SHOWN), told(server, market)
    sparks = {key: row.pop("spark") for key, row in shown.items()}
    changes = {key: row.pop("changes") for key, row in expected.items()}
    found = [(key, shown.get(key), row) for key, row in sorted(expected.items())]
    return [row for row in found if row[1] != row[2]] + [
        (key, sparks[key], count)
        for key, count in changes.items()
        if count and key in sparks and f" {text.plural(count, 'change')} in" not in sparks[key]
    ]


@pytest.mark.parametrize("market", [pytest.param("h2h", marks=pytest.mark.long), "spreads"])
def test_openers_changes_and_fair_prices_are_those_of_rest_and_follow(
    page: Page, server: Server, market: str
) -> None:
    poll(server)
    page.goto(f"{server.url}/nba?market={market}")
    expect(page.locator("td.opener").first).not_to_be_empty()
    moved = page.locator(".sparkline path")

    def has_moved() -> bool:
        poll(server)
        until(lambda: equals_rest(page, server), what="page and REST agree")
        return moved.count() > 1

    until(has_moved, 120, "two openers have moved")  # how soon depends on the hour
    expect(moved.first).to_have_attribute("d", LINE)
    found: list[tuple[str, Any, Any]] = []

    def agree() -> bool:
        found[:] = apart(page, server, market)
        return not found

    with suppress(AssertionError):
        until(agree, 10)
    assert not found, "rows and REST agree"


def test_the_page_of_a_game_has_fair_prices_and_holds(page: Page, server: Server) -> None:
    event = next(iter(server.rest("/api/odds/nba").json()["events"]))
    page.goto(f"{server.url}/event/{event}")
    told = server.rest(f"/api/events/{event}").json()
    assert set(told["fair"]["consensus"]) >= {"h2h", "spreads", "totals"}
    for market, lines in told["fair"]["consensus"].items():
        hold = text.share_text(told["holds"][market]["best"]).lstrip("+")
        expect(page.locator(f"section[data-market={market}] .hold")).to_have_text(f"hold {hold}")
        for name, one in lines.items():
            row = page.locator(f'table[data-market={market}] tr[data-outcome="{name}"]')
            fair = words(market, name, one["price"], one["point"])
            expect(row.locator("td.fair")).to_have_text(fair)


def test_the_method_of_fair_prices_is_chosen_kept_and_shared(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/nba")
    fair = page.locator("td.fair")
    expect(fair.first).not_to_be_empty()
    before = fair.all_inner_texts()[:FIRST]
    page.keyboard.press("v")
    page.get_by_label("Fair prices").select_option("worst")
    until(lambda: fair.all_inner_texts()[:FIRST] != before, what="other prices")
    expect(page).to_have_url(re.compile("fair=worst"))
    page.goto(f"{server.url}/nba")
    expect(page).to_have_url(re.compile("fair=worst"))  # it is kept


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
        expect(other.locator("td.opener, td.spark, td.top, td.fair").first).to_be_hidden()
        assert other.evaluate("window.shifted") < 0.01


def test_side_by_side_has_no_room_for_them_and_the_way_back_has(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/nba?market=all")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    expect(page.locator(".grid .aside")).to_have_count(0)
    page.get_by_role("link", name="Total").click()
    expect(page.locator("td.opener span").first).to_contain_text("o")
    alike = "['td.fair', 'tr.line'].map((one) => document.querySelectorAll(one).length)"
    until(lambda: len(set(page.evaluate(alike))) == 1, what="every row has its fair price")


NUMBERED = """() => {
  const table = document.querySelector("table.grid");
  const rows = [table.tHead.rows[0], ...table.querySelectorAll("tr.line")];
  const right = (row) => [...row.cells]
    .every((cell, at) => cell.getAttribute("aria-colindex") === String(at + 1));
  return table.getAttribute("aria-colcount") === String(rows[0].cells.length)
    && rows.every((row) => row.cells.length === rows[0].cells.length && right(row));
}"""


def test_columns_out_of_the_window_are_counted_for_who_does_not_see(
    page: Page, server: Server
) -> None:
    page.goto(f"{server.url}/nba")
    page.set_viewport_size({"width": 700, "height": 800})
    until(lambda: page.locator("th.book:visible").count() < page.locator("th.book").count())
    until(lambda: page.evaluate(NUMBERED), what="each cell says its column")
    columns = page.locator("th.book").count()
    page.get_by_role("link", name="Side by side").click()
    until(lambda: page.locator("th.book").count() == 3 * columns, what="three columns a book")
    until(lambda: page.evaluate(NUMBERED), what="each cell says its new column")


ASTRAY = """() => {
  const table = document.querySelector("table.grid");
  const left = (cell) => cell.offsetWidth && Math.round(cell.getBoundingClientRect().left);
  const heads = [...table.tHead.rows[0].cells];
  const cells = [...table.querySelector("tr.line").cells];
  return heads.flatMap((head, at) => (left(head) === left(cells[at]) ? [] : [head.innerText]));
}"""


@pytest.mark.parametrize("market", ["h2h", "spreads", "all"])
def test_prices_stand_under_the_name_of_their_bookmaker_at_any_width(
    page: Page, server: Server, market: str
) -> None:
    page.goto(f"{server.url}/nba?market={market}")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    for width in (641, 768, 900, 901, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 700})
        until(lambda: page.evaluate(ASTRAY) == [], what=f"heads above prices at {width}")


CROSSING = """() => [...document.querySelectorAll("tr.line > td")].flatMap((cell) => {
  if (!cell.offsetWidth || !cell.textContent.trim()) return [];
  const range = document.createRange();
  range.selectNodeContents(cell);
  const [text, box] = [range.getBoundingClientRect(), cell.getBoundingClientRect()];
  const crosses = text.left < box.left - 1 || text.right > box.right + 1;
  return crosses ? [cell.className, cell.textContent] : [];
})"""


@pytest.mark.parametrize("market", ["totals", "all"])
@pytest.mark.parametrize("density", ["dense", "comfortable"])
def test_no_text_crosses_into_the_next_column_in_any_odds_format(
    page: Page, server: Server, market: str, density: str
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    for odds in ("american", "fractional", "probability"):
        page.goto(f"{server.url}/nba?market={market}&density={density}&odds={odds}")
        expect(page.locator("#connection-said")).to_have_text("Connected")
        if market == "totals":
            expect(page.locator("td.fair").first).not_to_be_empty()
            expect(page.locator("td.opener").first).not_to_be_empty()
        assert page.evaluate(CROSSING) == []
