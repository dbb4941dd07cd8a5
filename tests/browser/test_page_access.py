"""Everybody can use the pages: axe finds nothing wrong, the keyboard reaches everything, what is spoken
matters, and nothing is told by colour or motion alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.answers import games
from tests.live.conftest import BY_HAND, poll
from tests.support.chromium import GONE, Complaints
from tests.support.server import Server
from tests.support.upstream import KEY, Upstream
from tests.support.waiting import until

pytestmark = pytest.mark.slow
Start = Callable[..., Server]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
SMALL = """() => [...document.querySelectorAll("button, select, input, .switch a")]
  .map((node) => [node.id || node.className, node.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([name]) => name)"""


def faults(page: Page) -> list[str]:
    """What axe finds: rule, and the first place."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found]


@pytest.fixture
def server(demo: Server) -> Server:
    """A board of which nothing moves."""
    poll(demo)
    return demo


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("#connection-said")).to_have_text("Connected")
    return page


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A few games at a few books, one of them in play: axe looks at each cell of a page."""
    upstream = Upstream()
    upstream.odds["basketball_nba"] = games("basketball_nba", 4)
    settings = {**BY_HAND, "ODDS_API_URL": upstream.url, "ODDS_API_KEY": KEY}
    server = Server(tmp_path_factory.mktemp("small"), **settings)
    server.start()
    poll(server)
    yield server
    server.close()
    upstream.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing(
    browser: Browser, small: Server, size: ViewportSize, colours: str
) -> None:
    server = small
    with browser.new_context(viewport=size) as context:
        page = context.new_page()
        for path in ("/nba?market=spreads", "/nba?market=all&density=comfortable"):
            opened(page, f"{server.url}{path}&theme={colours}")
            assert faults(page) == []
        page.locator("a.name").first.click()
        expect(page.locator(".one")).to_be_visible()
        assert faults(page) == []
        page.goto(f"{server.url}/status?theme={colours}")
        assert faults(page) == []


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("key", ["v", "?"])
def test_axe_finds_nothing_in_an_open_dialog(
    server: Server, page: Page, key: str, colours: str
) -> None:
    opened(page, f"{server.url}/nba?theme={colours}")
    page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_be_visible()
    assert faults(page) == []


def test_a_lost_server_is_spoken_of_and_axe_finds_nothing(
    start_server: Start, page: Page, complaints: Complaints
) -> None:
    complaints.allow(GONE)
    server = start_server(**BY_HAND)
    poll(server)
    opened(page, f"{server.url}/nba?theme=dark")
    server.kill()
    expect(page.locator("#connection-said")).to_contain_text("Reconnecting")
    expect(page.locator("#said")).to_contain_text("Reconnecting")
    assert faults(page) == []


def test_everything_on_a_phone_is_reached_without_scrolling_aside(
    browser: Browser, server: Server
) -> None:
    with browser.new_context(viewport=PHONE) as context:
        page = opened(context.new_page(), f"{server.url}/nba?market=all")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        pane = page.evaluate("[...document.querySelectorAll('.pane, .tools, .feed')].map("
                             "(node) => node.scrollWidth - node.clientWidth)")  # fmt: skip
        assert pane == [0, 0, 0]
        assert page.evaluate(SMALL) == []


def test_nothing_moves_for_those_who_want_it_so(browser: Browser, server: Server) -> None:
    with browser.new_context(reduced_motion="reduce") as context:
        page = opened(context.new_page(), f"{server.url}/nba")
        poll(server)
        until(lambda: page.evaluate("window.linefinder.counters.updates"), what="an update")
        assert page.evaluate("document.getAnimations().length") == 0
        cell = page.locator(".line-cell:not(.best)").first
        cell.evaluate("(node) => node.classList.add('flash')")
        expect(cell).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_prices_are_not_spoken_one_by_one(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/nba")
    poll(server)
    until(lambda: page.evaluate("window.linefinder.counters.updates"), what="an update")
    assert page.locator("#said").inner_text() == ""
    spoken = page.locator("[aria-live], [role=status], [role=alert]")
    held = spoken.evaluate_all("(all) => all.filter((node) => node.querySelector('td, th')).length")
    assert held == 0


def test_escape_closes_the_alerts_and_gives_the_focus_back(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/nba")
    page.locator("#alerts-open").click()
    expect(page.locator("#alerts")).to_be_visible()
    page.locator("#find").press("Escape")
    expect(page.locator("#alerts")).to_be_visible()  # that was for the search
    page.locator("#alerts-new").click()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#alerts")).to_be_visible()  # that was for the dialog
    page.keyboard.press("Escape")
    expect(page.locator("#alerts")).not_to_be_visible()
    expect(page.locator("#alerts-open")).to_be_focused()
