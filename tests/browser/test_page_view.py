"""Choosing how to see the board, as a viewer does: keyboard and mouse, kept and shared, no reload."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_page_board import LAID_OUT
from tests.live.conftest import poll
from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.slow
SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((e) => (window.shifted += e.value)))
  .observe({ type: "layout-shift", buffered: true });"""
ROWS = """() => [...document.querySelectorAll("tr.line")].map((row) =>
  [...row.querySelectorAll(".name, .top .price, .books, .line-cell .point, .line-cell .price")]
    .map((cell) => cell.textContent))"""


@pytest.fixture
def server(demo: Server) -> Server:
    """A board of which nothing moves."""
    poll(demo)
    return demo


@pytest.fixture
def board(server: Server, page: Page) -> Page:
    page.goto(f"{server.url}/nba")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    until(lambda: page.evaluate(LAID_OUT), what="all games are laid out")
    return page


def names(page: Page) -> list[str]:
    """Who plays away, from the top."""
    return page.locator("tbody.event tr.line:first-of-type .name").all_inner_texts()


def heads(page: Page) -> list[str]:
    return page.locator("thead .short").all_inner_texts()


def test_odds_change_without_a_reload_and_stay_chosen(board: Page, server: Server) -> None:
    board.evaluate("window.mine = true")
    price = board.locator(".line-cell.best .price").first
    for format_, sign in (("Decimal", "."), ("Fractional", "/"), ("Probability", "%")):
        board.get_by_role("link", name=format_).click()
        expect(price).to_contain_text(sign)
    assert board.evaluate("window.mine")
    expect(board).to_have_url(re.compile("odds=probability"))
    board.goto(f"{server.url}/nba")
    expect(price).to_contain_text("%")
    expect(board).to_have_url(re.compile("odds=probability"))


def test_a_shared_address_wins_over_what_is_kept_and_is_not_kept(
    board: Page, server: Server
) -> None:
    board.get_by_role("link", name="Decimal").click()
    board.goto(f"{server.url}/nba?odds=fractional")
    expect(board.locator(".line-cell.best .price").first).to_contain_text("/")
    board.goto(f"{server.url}/nba")
    expect(board.locator(".line-cell.best .price").first).to_contain_text(".")


def test_what_scripts_show_side_by_side_is_what_the_server_renders(
    board: Page, browser: Browser, server: Server
) -> None:
    board.get_by_role("link", name="Side by side").click()
    until(lambda: len(set(heads(board))) * 3 == len(heads(board)), what="three columns a book")
    until(lambda: board.locator("tr.line .top").count() == 3 * board.locator("tr.line").count())
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto(f"{server.url}/nba?market=all&games=all")
        rows = plain.evaluate(ROWS)
    until(lambda: board.evaluate(ROWS) == rows, what="the same rows")


def test_a_bookmaker_is_hidden_and_another_moved_to_the_front(board: Page, server: Server) -> None:
    before = heads(board)
    board.get_by_role("button", name="View").click()
    board.locator("#books-list").get_by_label("FanDuel", exact=True).uncheck()
    board.get_by_role("button", name="BetMGM: further to the front").click()
    board.keyboard.press("Enter")  # the button kept the focus
    expect(board.locator("#books-list li").first).to_contain_text("BetMGM")
    board.get_by_role("button", name="Done").click()
    wanted = ["MGM", *[short for short in before if short not in ("FD", "MGM")]]
    until(lambda: heads(board) == wanted, what="the columns as they were chosen")
    expect(board).to_have_url(re.compile("hide=fanduel"))
    board.goto(f"{server.url}/nba")
    until(lambda: heads(board) == wanted, what="the same columns after a visit")


def test_a_favourite_is_first_and_keeps_the_focus(board: Page) -> None:
    last = names(board)[-1]
    star = board.locator(".star").last
    star.focus()
    board.keyboard.press("Enter")
    expect(board.locator("tbody.day").first).to_have_text("Favourites")
    until(lambda: names(board)[0] == last, what="the favourite is first")
    focused = board.locator("*:focus")
    expect(focused).to_have_attribute("aria-pressed", "true")
    board.keyboard.press("Enter")
    until(lambda: names(board)[-1] == last, what="it is back in its place")


def test_games_are_found_as_one_types_and_none_says_so(board: Page) -> None:
    teams = board.locator("tbody.event tr.line .name").all_inner_texts()
    team = next(team for team in names(board) if teams.count(team) == 1)  # some play twice
    board.keyboard.press("/")
    board.keyboard.type(team.lower())
    until(lambda: names(board) == [team], what="one game")
    board.keyboard.type(" xyz")
    expect(board.locator("#empty")).to_contain_text("None of the")
    board.keyboard.press("Escape")
    until(lambda: len(names(board)) > 3, what="all games")
    expect(board).not_to_have_url(re.compile("find="))


def test_keys_do_what_the_help_says_and_are_not_stolen_from_a_field(board: Page) -> None:
    board.keyboard.press("2")
    expect(board.locator("#markets [aria-current]")).to_have_text("Spread")
    board.keyboard.press("o")
    expect(board.locator("#odds [aria-current]")).to_have_text("Decimal")
    board.keyboard.press("j")
    expect(board.locator("a.name:focus")).to_have_text(names(board)[0])
    board.keyboard.press("ArrowDown")
    board.keyboard.press("j")
    board.keyboard.press("k")
    expect(board.locator("a.name:focus")).to_have_text(names(board)[1])
    board.keyboard.press("?")
    expect(board.locator("#help")).to_be_visible()
    board.keyboard.press("1")
    board.keyboard.press("Escape")
    expect(board.locator("#markets [aria-current]")).to_have_text("Spread")
    board.locator("#find").focus()
    board.keyboard.type("jo1r?")
    expect(board.locator("#find")).to_have_value("jo1r?")
    expect(board.locator("#help")).not_to_be_visible()
    expect(board.locator("#odds [aria-current]")).to_have_text("Decimal")


def test_the_help_shows_the_best_of_old_data_hollow(board: Page) -> None:
    board.keyboard.press("?")
    chips = board.locator("#help .best .chip")
    filled, hollow = chips.evaluate_all(
        "(all) => all.map((chip) => getComputedStyle(chip).backgroundColor)"
    )
    assert (filled == "rgba(0, 0, 0, 0)", hollow) == (False, "rgba(0, 0, 0, 0)")


def test_no_tool_moves_where_another_is_pressed(board: Page) -> None:
    where = """(all) => all.map((one) => one.getBoundingClientRect().x)"""
    tools = board.locator(".tools a, .tools button, .tools select")
    board.set_viewport_size({"width": 1024, "height": 720})
    before = tools.evaluate_all(where)
    board.keyboard.press("2")
    expect(board.locator("#markets [aria-current]")).to_have_text("Spread")
    board.get_by_role("button", name="Time machine").click()
    assert tools.evaluate_all(where) == before


def test_a_time_zone_by_name_moves_times_and_a_wrong_one_is_refused(board: Page) -> None:
    clock = board.locator("tbody.event time").first
    utc = clock.inner_text()
    board.keyboard.press("v")
    board.get_by_text("Elsewhere", exact=True).click()
    field = board.get_by_label("Time zone")
    field.fill("Nowhere/Atlantis")
    field.press("Enter")
    expect(board.locator("#zone-said")).to_contain_text("No such time zone")
    field.fill("Asia/Kolkata")
    field.press("Enter")
    expect(board.locator("#zone-said")).to_have_text("")
    until(lambda: clock.inner_text() != utc, what="another zone")
    expect(board).to_have_url(re.compile("zone=Asia%2FKolkata"))


def test_what_a_button_of_view_did_is_said_in_sight(board: Page) -> None:
    board.set_viewport_size({"width": 390, "height": 700})
    board.keyboard.press("v")
    board.get_by_role("button", name="Reset").click()
    expect(board.locator("#view-said")).to_be_in_viewport()
    expect(board.locator("#view-said")).not_to_be_empty()


def test_the_board_as_shown_is_downloaded(board: Page, tmp_path: Path) -> None:
    board.get_by_role("link", name="Spread").click()
    board.keyboard.press("v")
    with board.expect_download() as told:
        board.get_by_role("button", name="Download CSV").click()
    told.value.save_as(tmp_path / "board.csv")
    text = (tmp_path / "board.csv").read_bytes()
    rows = list(csv.DictReader(text.decode("ascii").splitlines()))
    assert {row["market"] for row in rows} == {"spreads"}
    assert any(row["price"].startswith("-") for row in rows)
    assert any(row["best"] == "yes" for row in rows)


VISITS: list[dict[str, Any]] = [
    {"timezone_id": "America/New_York"},
    {"timezone_id": "Asia/Kolkata", "color_scheme": "dark"},
    {"viewport": {"width": 360, "height": 740}},
]


@pytest.mark.parametrize("context", VISITS, ids=["far west", "far east", "phone"])
def test_a_page_does_not_shift_whatever_is_kept(
    browser: Browser, server: Server, context: dict[str, Any]
) -> None:
    with browser.new_context(**context) as visitor:
        page = visitor.new_page()
        page.add_init_script(SHIFTS)
        for query in (
            "",
            "?hide=fanduel&density=comfortable&sort=start",
            "?market=all&odds=decimal",
        ):
            page.goto(f"{server.url}/nba{query}")
            expect(page.locator("#connection-said")).to_have_text("Connected")
            assert page.evaluate("window.shifted") < 0.01
            expect(page.locator("html")).not_to_have_attribute("data-wait", "")


def test_the_second_page_is_rendered_in_the_zone_and_odds_of_the_browser(
    browser: Browser, server: Server
) -> None:
    with browser.new_context(timezone_id="Europe/Madrid") as visitor:
        page = visitor.new_page()
        page.goto(f"{server.url}/nba")
        page.get_by_role("link", name="Decimal").click()
        expect(page.locator(".line-cell.best .price").first).to_contain_text(".")
        html = page.request.get(f"{server.url}/nba").text()
    assert 'data-zone="Europe/Madrid"' in html
    assert 'data-odds="decimal" aria-current="true"' in html


def test_best_is_looked_for_at_my_books_and_after_what_they_keep(board: Page) -> None:
    holders = board.locator("tr.line .books")
    board.get_by_role("button", name="View").click()
    board.locator("#own-list").get_by_label("FanDuel", exact=True).check()
    until(lambda: set(holders.all_inner_texts()) <= {"FD", "", "no lines"}, what="one book alone")
    assert "mine=fanduel" in board.url
    fee = board.get_by_label("FanDuel keeps, percent of a win")
    fee.fill("often")
    fee.press("Tab")
    expect(fee).to_have_attribute("aria-invalid", "true")
    assert "fee=" not in board.url
    fee.fill("2,5")
    fee.press("Tab")
    until(lambda: "fee=fanduel%3D2.5" in board.url, what="the share in the address")
    expect(fee).to_have_attribute("aria-invalid", "false")
    board.reload()
    board.get_by_role("button", name="View").click()
    expect(fee).to_have_value("2.5")
    fee.fill("")
    fee.press("Tab")
    until(lambda: "fee=" not in board.url, what="the usual share again")


def test_a_board_without_any_of_ones_own_books_says_why_it_marks_no_line(
    page: Page, server: Server
) -> None:
    page.goto(f"{server.url}/nba?mine=nobody")
    expect(page.locator("#empty")).to_contain_text("no line is marked as the best")
    expect(page.locator("td.line-cell").first).to_be_visible()
    expect(page.locator("td.line-cell.best")).to_have_count(0)
    page.goto(f"{server.url}/nba?mine=nobody&mine=draftkings")
    expect(page.locator("td.line-cell.best").first).to_be_visible()
    expect(page.locator("#empty")).not_to_be_visible()


def test_a_link_that_hides_every_bookmaker_says_so_and_view_brings_them_back(
    page: Page, server: Server
) -> None:
    books = server.rest("/api/odds/nba").json()["bookmakers"]
    page.goto(f"{server.url}/nba?" + "&".join(f"hide={book}" for book in books))
    expect(page.locator("#empty")).to_have_text(
        "All bookmakers of this board are hidden. View shows them again."
    )
    page.keyboard.press("v")
    page.locator("#books-list input").first.check()
    page.keyboard.press("Escape")
    expect(page.locator("#empty")).not_to_be_visible()
    expect(page.locator("td.line-cell").first).to_be_visible()
