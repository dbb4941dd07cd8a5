"""Small screens are for odds: bars leave, what must be seen stays, nothing covers the focus."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.test_page_access import opened
from tests.browser.test_page_board import SHIFTS
from tests.live.conftest import poll
from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.slow
# A phone, a small one held across, a window of 1280 by 1024 at 400 %
SMALL: tuple[ViewportSize, ...] = (
    {"width": 390, "height": 844},
    {"width": 568, "height": 320},
    {"width": 320, "height": 256},
)
SEEN = """(node) => {
  const { left, top, width, height } = node.getBoundingClientRect();
  const at = document.elementFromPoint(left + Math.min(8, width / 2), top + height / 2);
  return Boolean(at && node.contains(at));
}"""
FOCUS = f"() => ({SEEN})(document.activeElement)"


@pytest.fixture
def server(demo: Server) -> Server:
    """A board of which nothing moves."""
    poll(demo)
    return demo


@pytest.mark.parametrize("size", SMALL, ids=lambda size: f"{size['width']}x{size['height']}")
def test_on_a_small_screen_the_bars_leave_and_the_status_stays(
    browser: Browser, server: Server, size: ViewportSize
) -> None:
    with browser.new_context(viewport=size) as context:
        page = opened(context.new_page(), f"{server.url}/nba")
        page.mouse.move(size["width"] / 2, size["height"] / 3)
        page.mouse.wheel(0, 900)
        until(lambda: not page.locator("#markets").evaluate(SEEN), what="the switches left")
        assert page.locator("#feed-status").evaluate(SEEN)
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
        assert page.locator("tr.line").evaluate_all(f"(all) => all.some({SEEN})"), "odds are seen"


def test_all_tools_of_a_board_take_one_line(page: Page, server: Server) -> None:
    opened(page, f"{server.url}/nba?market=all&odds=probability")
    expect(page.get_by_role("button", name="Time machine")).to_be_visible()
    tools = page.locator(".tools")
    for width in (1024, 1080, 1081, 1264, 1265, 1280, 1366, 1420, 1421, 1440, 1640, 1641, 1920):
        page.set_viewport_size({"width": width, "height": 720})
        assert tools.evaluate("(line) => line.clientHeight") <= 44, f"at {width} pixels"


def test_comfortable_odds_leave_the_tools_in_one_line(page: Page, server: Server) -> None:
    opened(page, f"{server.url}/nba?density=comfortable")
    for width in (1024, 1280, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 720})
        height = page.locator(".tools").evaluate("(line) => line.clientHeight")
        assert height <= 44, f"at {width} pixels"


CUT = """(select) => {
  const style = getComputedStyle(select);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const arrow = 20;
  const room = select.clientWidth - 2 * parseFloat(style.paddingLeft) - arrow;
  return Math.max(0, pen.measureText(select.selectedOptions[0].text).width - room);
}"""


@pytest.mark.parametrize("width", [360, 390])
def test_a_phone_says_in_full_which_order_is_chosen(
    browser: Browser, server: Server, width: int
) -> None:
    with browser.new_context(viewport={"width": width, "height": 780}) as context:
        page = opened(context.new_page(), f"{server.url}/nba")
        order = page.get_by_label("Order of the games")
        for choice in ("Favourites first", "By start", "Lowest hold first"):
            order.select_option(choice)
            assert order.evaluate(CUT) < 1, choice


def test_the_page_of_a_game_does_not_shift_on_a_tablet(browser: Browser, server: Server) -> None:
    event = next(iter(server.rest("/api/odds/nba").json()["events"]))
    for width in (768, 1024):
        with browser.new_context(viewport={"width": width, "height": 1024}) as context:
            page = context.new_page()
            page.add_init_script(SHIFTS)
            opened(page, f"{server.url}/event/{event}")
            assert page.evaluate("window.shifted") < 0.01, f"at {width} pixels"


def test_formats_of_odds_are_called_by_their_names_where_prices_stand_for_them(
    page: Page, server: Server
) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, f"{server.url}/nba")
    for name in ("American", "Decimal", "Fractional", "Probability"):
        link = page.get_by_role("link", name=name, exact=True)
        expect(link).to_have_attribute("title", f"{name} odds")
        assert link.evaluate("(node) => node.clientWidth") < 60, "a price instead"


def test_a_phone_chooses_the_odds_of_a_game_and_the_order_of_games(
    browser: Browser, server: Server
) -> None:
    with browser.new_context(viewport=SMALL[0]) as context:
        page = opened(context.new_page(), f"{server.url}/nba")
        page.get_by_label("Order of the games").select_option("By start")
        expect(page).to_have_url(re.compile("sort=start"))
        page.locator("a.name").first.click()
        page.get_by_role("link", name="Decimal").click()
        expect(page.locator(".line-cell.best .price").first).to_contain_text(".")


def test_the_past_says_so_wherever_a_phone_has_scrolled(browser: Browser, server: Server) -> None:
    with browser.new_context(viewport=SMALL[0]) as context:
        page = opened(context.new_page(), f"{server.url}/nba")
        page.get_by_role("button", name="Time machine").click()
        page.get_by_role("button", name="Earlier change").click()
        expect(page.locator("#past-said")).to_contain_text("As it stood")
        page.mouse.move(200, 600)
        page.mouse.wheel(0, 900)
        until(lambda: not page.locator("#markets").evaluate(SEEN), what="the switches left")
        assert page.locator("#past-said").evaluate(SEEN)


def test_a_wide_screen_that_is_short_shows_games(browser: Browser, server: Server) -> None:
    with browser.new_context(viewport={"width": 740, "height": 360}) as context:
        page = opened(context.new_page(), f"{server.url}/nba")
        lines = page.locator("tr.line").evaluate_all(f"(all) => all.filter({SEEN}).length")
        assert lines >= 3


@pytest.mark.parametrize("size", [{"width": 1280, "height": 560}, SMALL[0]], ids=["desk", "phone"])
def test_no_game_that_the_keyboard_goes_to_is_covered(
    browser: Browser, server: Server, size: ViewportSize
) -> None:
    with browser.new_context(viewport=size) as context:
        page = opened(context.new_page(), f"{server.url}/nba?market=all")
        for key in ["j"] * 16 + ["k"] * 16:
            page.keyboard.press(key)
            assert page.evaluate(FOCUS), page.evaluate("document.activeElement.textContent")
