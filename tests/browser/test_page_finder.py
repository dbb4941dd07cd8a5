"""The finder and tonight as a viewer meets them: with scripts and without, filtered, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from linefinder.domain.odds import parse_time
from tests.browser.answers import games
from tests.browser.test_page_access import SMALL, faults
from tests.live.conftest import BY_HAND
from tests.support.finder import board_of, differences, found_on, terms_of
from tests.support.server import Server
from tests.support.upstream import KEY, Upstream
from tests.support.waiting import until

pytestmark = pytest.mark.slow
Start = Callable[..., Server]
PHONE: ViewportSize = {"width": 360, "height": 740}
FINDS = """() => [...document.querySelectorAll("#finds .find")].map((row) =>
  [row.dataset.key, ...[...row.querySelectorAll(".edge, .kind, .title, .of-market, .starts, .pick,"
    + ".price, .book, .share, .fairly, .doubts")].map((part) => part.textContent.trim())])"""
GAMES = """() => [...document.querySelectorAll("#games tbody")].map((body) =>
  [body.dataset.game ?? "", ...[...body.querySelectorAll("th, .starts, .best-of, .hold")].map((part) =>
    part.textContent.replace(/\\s+/g, " ").trim().replace(/ [0-9]+ (s|min|h|d) old$/, ""))])"""


DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""The page draws what it holds in the next frame."""


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    opened = Upstream()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, upstream: Upstream) -> Iterator[Server]:
    settings = {**BY_HAND, "ODDS_API_URL": upstream.url, "ODDS_API_KEY": KEY}
    server = Server(tmp_path_factory.mktemp("started"), **settings)
    server.start()
    yield server
    server.close()


@pytest.fixture
def server(started: Server, upstream: Upstream) -> Server:
    """Two boards of which nothing moves, and whose data is fresh."""
    for sport, count in (("basketball_nba", 5), ("americanfootball_nfl", 3)):
        upstream.odds[sport] = games(sport, count)
    for sport in ("nba", "nfl"):
        assert started.rest(f"/api/refresh/{sport}", "POST").ok
    return started


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("#connection-said")).to_have_text("Connected")
    page.wait_for_function("() => window.linefinder.board('basketball_nba').version > 0")
    page.wait_for_function("() => window.linefinder.board('americanfootball_nfl').version > 0")
    page.evaluate(DRAWN)
    return page


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/finder", FINDS),
        (
            "/finder?mine=draftkings&mine=betus&play=1&odds=decimal&total=500&bank=2000&kelly=0.5",
            FINDS,
        ),
        ("/finder?mine=draftkings&mine=betus&total=87654321&bank=99999999&play=1", FINDS),
        ("/tonight", GAMES),
        ("/tonight?hours=0&mine=fanduel&mine=lowvig&odds=fractional", GAMES),
    ],
)
def test_scripts_show_what_the_server_renders(
    server: Server, browser: Browser, page: Page, path: str, shown: str
) -> None:
    opened(page, f"{server.url}{path}")
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()

        def same() -> bool:  # what is said of times may change between two looks
            plain.goto(f"{server.url}{path}")
            return bool(page.evaluate(shown) == plain.evaluate(shown))

        until(same, what="both show the same")
    assert len(page.evaluate(shown)) > 3


def test_every_figure_of_the_page_is_pythons(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/finder?mine=draftkings&mine=fanduel&mine=betus")
    find = """() => { const now = new Date().toISOString(); const { finds, board } = window.linefinder;
          return [now, finds(), ["basketball_nba", "americanfootball_nfl"].map(board)] }"""
    now, finds, boards = page.evaluate(find)
    feeds = [server.rest(f"/api/odds/{sport}").json()["feed"] for sport in ("nba", "nfl")]
    given = {"method": "power", "weights": {}, "commission": {}}
    mine = ["draftkings", "fanduel", "betus"]
    expected = found_on(
        [
            (
                board_of(board["events"], board["sport"], board["odds_format"]),
                feed["ages"],
                terms_of({**given, "mine": mine}, board["odds_format"], feed["ages"]),
                parse_time(feed["data_at"]),
            )
            for board, feed in zip(boards, feeds, strict=True)
        ],
        now,
    )
    assert differences(ageless(finds), ageless(expected)) == []
    assert len(expected) > 3


def ageless(finds: list[Any]) -> list[Any]:
    """The server may have been asked a moment later than the page."""
    return [{**found, "bets": [{**bet, "age": 0} for bet in found["bets"]]} for found in finds]


def test_three_named_books_are_three_clicks_away_and_kept(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/")
    page.get_by_role("link", name="Finder", exact=True).click()
    field = page.get_by_role("textbox", name="My books")
    field.click()
    page.keyboard.type("dk, FanDuel, BetUS, nobody")
    page.keyboard.press("Enter")
    expect(page.locator("#mine-said")).to_contain_text("nobody")
    expect(page).to_have_url(re.compile("mine=draftkings&mine=fanduel&mine=betus"))
    wanted, books = {"DraftKings", "FanDuel", "BetUS"}, page.locator("#finds .book")
    until(lambda: books.count() and set(books.all_inner_texts()) <= wanted, what="finds at these")
    page.get_by_role("link", name="Tonight", exact=True).click()
    expect(page).to_have_url(re.compile("mine=draftkings"))
    shown, mine = page.locator("#games .books"), {"DK", "FD", "BUS", "3", "books"}
    until(lambda: set(" ".join(shown.all_inner_texts()).split()) <= mine, what="only these books")


@pytest.mark.parametrize("path", ["/finder", "/tonight"])
def test_books_typed_before_the_scripts_came_are_taken_and_kept(
    server: Server, page: Page, path: str
) -> None:
    page.goto(f"{server.url}{path}?books=dk%2C+nobody&mine=&mine=fanduel")
    expect(page).to_have_url(re.compile("mine=draftkings&mine=fanduel$"))
    expect(page.locator("#mine-said")).to_contain_text("nobody")
    page.goto(f"{server.url}/finder")
    expect(page).to_have_url(re.compile("mine=draftkings&mine=fanduel$"))


def test_filters_are_in_the_address_and_work_at_once(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/finder?play=1")
    page.get_by_label("Outlier").check()
    page.get_by_role("spinbutton", name="At least %").fill("0.5")
    page.get_by_label("Sport", exact=True).select_option("basketball_nba")
    expect(page).to_have_url(re.compile("kind=outlier&sport=basketball_nba&least=0.5&play=1"))
    wanted = "#finds .find[data-key^='outlier|basketball_nba|']"
    expect(page.locator(wanted)).not_to_have_count(0)
    expect(page.locator(f"#finds .find:not({wanted})")).to_have_count(0)
    page.get_by_role("spinbutton", name="At least %").fill("400")
    expect(page.locator("#finds-count")).to_contain_text("hidden by the filters")
    expect(page.locator("#finds-none")).to_be_hidden()
    page.get_by_role("link", name="Show without filters").click()
    expect(page).to_have_url(re.compile("/finder$"))
    expect(page.locator("#finds-count")).not_to_contain_text("filters")
    expect(page.locator("#finds .find")).not_to_have_count(0)


SHIFTED = """() => new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries().reduce((sum, one) => sum + one.value, 0)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(0), 300);
})"""
OUT_OF_REACH = """() => [...document.querySelectorAll(
    "#wanted :is(select, input, button), #mine-list input")]
  .map((node) => [node, (node.closest(".tick") ?? node).getBoundingClientRect()])
  .filter(([node, box]) => node.type !== "hidden" && getComputedStyle(node).display !== "none"
    && (box.height < 44 || box.left < 0 || box.right > innerWidth))
  .map(([node]) => node.name || node.id)"""


def test_on_a_phone_all_filters_are_a_press_away_and_their_count_is_said(
    browser: Browser, server: Server
) -> None:
    with browser.new_context(viewport=PHONE, has_touch=True) as context:
        page = opened(context.new_page(), f"{server.url}/finder?mine=fanduel&least=0.5&play=1")
        assert page.evaluate(SHIFTED) == 0
        fold, kinds = page.locator("#wanted-open"), page.get_by_label("Outlier")
        expect(fold).to_have_text("Filters and stakes 2 set")
        expect(kinds).to_be_hidden()
        expect(page.locator("#mine-list .tick:visible")).to_have_text(["FDFanDuel"])
        fold.tap()
        expect(fold).to_have_attribute("aria-expanded", "true")
        page.locator("#mine-open").tap()
        expect(page.locator("#mine-list .tick:visible")).not_to_have_count(1)
        assert page.evaluate(OUT_OF_REACH) == []
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        scrolls = "[...document.querySelectorAll('#wanted *, #mine *')].filter((node) =>"
        scrolls += " /auto|scroll/.test(getComputedStyle(node).overflowX)).length"
        assert page.evaluate(scrolls) == 0
        kinds.check()
        page.get_by_label("Sport", exact=True).select_option("basketball_nba")
        expect(fold).to_have_text("Filters and stakes 4 set")
        assert faults(page) == []
        fold.tap()
        expect(kinds).to_be_hidden()


def test_without_scripts_a_phone_shows_all_filters(browser: Browser, server: Server) -> None:
    with browser.new_context(viewport=PHONE, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{server.url}/finder?kind=value")
        expect(page.locator("#wanted-open")).to_be_hidden()
        expect(page.get_by_label("Outlier")).to_be_visible()
        expect(page.get_by_role("button", name="Show", exact=True)).to_be_visible()


def test_where_all_that_is_found_is_in_play_it_says_so(
    start_server: Start, upstream: Upstream, browser: Browser, page: Page
) -> None:
    upstream.odds["basketball_nba"] = games("basketball_nba", 1)
    settings = {**BY_HAND, "ODDS_API_URL": upstream.url, "ODDS_API_KEY": KEY}
    server = start_server(**{**settings, "POLL_SPORTS": "nba"})
    assert server.rest("/api/refresh/nba", "POST").ok
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto(f"{server.url}/finder?total=50")
        expect(plain.locator("#finds-in-play")).to_be_visible()
        plain.goto(f"{server.url}/finder?least=1")
        expect(plain.locator("#finds-filtered")).to_be_visible()
        expect(plain.locator("#finds-in-play")).to_be_hidden()
    page.goto(f"{server.url}/finder?mine=fanduel&mine=draftkings")
    page.wait_for_function("() => window.linefinder.board('basketball_nba').version > 0")
    page.evaluate(DRAWN)
    expect(page.locator("#finds-filtered")).to_be_hidden()
    page.get_by_role("link", name="Show it all the same").click()
    expect(page).to_have_url(re.compile("mine=fanduel.*&play=1$"))
    expect(page.locator("#finds .find")).not_to_have_count(0)


def test_only_what_starts_soon_is_shown_where_asked(
    server: Server, browser: Browser, page: Page
) -> None:
    opened(page, f"{server.url}/finder?play=1")
    begins = page.locator("#finds .soon")
    until(lambda: "in 4 h" in begins.all_inner_texts(), what="games of the whole day")
    page.get_by_label("Start", exact=True).select_option("3")
    expect(page).to_have_url(re.compile("hours=3&play=1"))
    soon = {"in play", "in 1 h", "in 2 h"}
    until(lambda: set(begins.all_inner_texts()) <= soon, what="nothing later")
    with browser.new_context(java_script_enabled=False) as context:
        plain = context.new_page()
        plain.goto(f"{server.url}/finder?hours=3&play=1")
        assert set(plain.locator("#finds .soon").all_inner_texts()) <= soon
        expect(plain.locator("#finds .find")).not_to_have_count(0)
        expect(plain.get_by_label("Start", exact=True)).to_have_value("3")


def test_an_amount_that_nobody_stakes_is_marked_and_not_taken(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/finder?play=1")
    field, whole = page.get_by_role("spinbutton", name="Stake on all sides"), "?play=1"
    for wrong in ("-5", "100000000", "1e9"):
        field.fill(wrong)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(page).to_have_url(re.compile(re.escape(whole) + "$"))
    field.fill("500")
    expect(field).to_have_attribute("aria-invalid", "false")
    expect(page).to_have_url(re.compile("total=500"))
    expect(page.locator("#finds .share", has_text="bet ").first).to_be_visible()
    field.fill("99999999")
    expect(field).to_have_attribute("aria-invalid", "false")
    expect(page).to_have_url(re.compile("total=99999999$"))
    expect(
        page.locator("#finds .share", has_text=re.compile("bet [1-9][0-9],")).first
    ).to_be_visible()
    page.reload()
    expect(field).to_have_value("99999999")


KEPT = "JSON.parse(localStorage.getItem('linefinder.bets') ?? '[]')"


def test_a_find_is_a_noted_bet_two_clicks_later(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/finder?bank=50000&kind=value&sport=basketball_nba")
    first = page.locator("#finds .find").first
    bookmaker = str(first.get_attribute("data-key")).split("|")[-1]
    share = first.locator(".share").inner_text()
    first.get_by_role("button", name=re.compile("^Note: ")).click()
    page.get_by_role("button", name="Note it").click()
    expect(page.locator("#note-said")).to_have_text("The bet is noted.")
    (kept,) = page.evaluate(KEPT)
    board = page.evaluate("window.linefinder.board('basketball_nba')")
    line = board["events"][kept["event"]]["lines"][bookmaker][kept["market"]][kept["outcome"]]
    assert kept["event"] in str(first.get_attribute("data-key"))
    assert [kept["price"], kept["point"]] == line
    assert (kept["sport"], kept["bookmaker"]) == ("basketball_nba", bookmaker)
    assert share == f"bet {kept['stake']:,}"


def stake(page: Page, amount: str) -> None:
    """Type what was bet where the dialog waits for it."""
    expect(page.locator("#note-bet [name=stake]")).to_be_focused()
    page.keyboard.type(amount)
    page.keyboard.press("Enter")
    expect(page.locator("#note-bet")).to_be_hidden()


def test_a_find_is_noted_by_keyboard_alone(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/finder?kind=arbitrage&kind=low_hold&kind=middle&play=1")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#finds .find .title").nth(1)).to_be_focused()
    page.keyboard.press("n")
    legs = page.locator("#finds .find").nth(1).locator(".book").all_inner_texts()
    stake(page, "12")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    stake(page, "13")
    kept = page.evaluate(KEPT)
    titles = page.evaluate("window.linefinder.board('basketball_nba').bookmakers")
    assert [bet["stake"] for bet in kept] == [12, 13]
    assert [titles[bet["bookmaker"]] for bet in kept] == legs


def test_a_price_of_tonight_notes_its_bet(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/tonight?hours=0&mine=fanduel")
    total = page.locator("#games .game").first.locator("tr").nth(1).locator(".best-of").nth(1)
    shown = total.inner_text().split()
    total.get_by_role("button").click()
    page.locator("#note-bet [name=stake]").fill("5")
    page.get_by_role("button", name="Note it").click()
    expect(page.locator("#note-bet")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("n")
    stake(page, "6")
    kept, other = page.evaluate(KEPT)
    assert (kept["market"], kept["outcome"], kept["bookmaker"]) == ("totals", "Under", "fanduel")
    assert shown[:2] == [f"u{kept['point']}", f"{kept['price']:+}".replace("-", "\u2212")]
    assert (other["market"], other["bookmaker"], other["stake"]) == ("spreads", "fanduel", 6)
    assert faults(page) == []


def test_a_find_is_kept_live_by_what_changes(start_server: Start, page: Page) -> None:
    server = start_server(POLL_SPORTS="nba,nfl", POLL_INTERVAL_SECONDS=1)
    opened(page, f"{server.url}/finder?play=1")
    before = page.evaluate("window.linefinder.board('basketball_nba').version")
    page.wait_for_function(f"() => window.linefinder.board('basketball_nba').version > {before}")
    expect(page.locator("[data-sport=basketball_nba] .status")).to_have_text("Live")
    expect(page.locator("#finds .find").first).to_be_visible()


@pytest.mark.parametrize(
    ("size", "colours"), [(None, "light"), (PHONE, "dark")], ids=["desk", "phone"]
)
def test_axe_finds_nothing_and_a_phone_scrolls_one_way(
    browser: Browser, server: Server, size: ViewportSize | None, colours: str
) -> None:
    with browser.new_context(viewport=size or {"width": 1280, "height": 800}) as context:
        page = context.new_page()
        for path in ("/finder?mine=draftkings&play=1", "/tonight"):
            opened(page, f"{server.url}{path}&theme={colours}".replace("tonight&", "tonight?"))
            assert faults(page) == []
            if size:
                assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
                wide = page.evaluate("[...document.querySelectorAll('main, .feeds, .tools')].map("
                                     "(node) => node.scrollWidth - node.clientWidth)")  # fmt: skip
                assert wide == [0, 0, 0]
                assert [name for name in page.evaluate(SMALL) if name] == []


def test_a_page_without_prices_says_why(start_server: Start, page: Page) -> None:
    server = start_server(POLL_SPORTS="nba", POLL_ENABLED="false")
    for path in ("/finder", "/tonight"):
        page.goto(f"{server.url}{path}")
        expect(page.locator("main .empty:visible")).to_contain_text("Polling is off")
        expect(page.locator("#feeds .status")).to_have_text("Waiting for the first prices")


PIECES = """(node, text) => {
  node.textContent = text;
  const all = document.createRange();
  all.selectNodeContents(node);
  return all.getClientRects().length;
}"""


def test_where_room_is_little_no_word_breaks_and_tools_stay_together(
    server: Server, page: Page
) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{server.url}/finder")
    pick = page.locator(".find .pick").first
    assert pick.evaluate(PIECES, "Minnesota Timberwolves") <= 2
    assert page.locator("#odds").evaluate(
        "(node) => innerWidth - node.getBoundingClientRect().right < 160"
    )
    page.goto(f"{server.url}/tonight?hours=0")
    assert page.locator("td.hold").first.evaluate(PIECES, "\u221212.6%") == 1
    heights = page.locator("tr.side").evaluate_all("(rows) => rows.map((row) => row.clientHeight)")
    assert max(heights) <= 29, "games are close together"
    page.set_viewport_size({"width": 390, "height": 844})
    lines = (
        "(hold) => hold.getBoundingClientRect().top - hold.parentNode.getBoundingClientRect().top"
    )
    assert page.locator("td.hold").first.evaluate(lines) < 12, "on the line of the start"


def test_a_game_is_opened_by_keyboard(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/finder?play=1")
    link = page.locator("#finds .title").first
    key = str(page.locator("#finds .find").first.get_attribute("data-key")).split("|")[2]
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(quote(key, safe=""))))


def test_the_board_and_a_game_mark_what_is_best_at_ones_own_books(
    server: Server, browser: Browser, page: Page
) -> None:
    best = "() => [...document.querySelectorAll('tr .top .books')].map((n) => n.textContent.trim())"
    for path in ("/nba?market=all&mine=betus", "/event/basketball_nba-1?mine=betus"):
        page.goto(f"{server.url}{path}")
        expect(page.locator("#connection-said")).to_have_text("Connected")
        until(lambda: set(page.evaluate(best)) == {"BUS"}, what="the best at BetUS")
        expect(page.locator(".book.lags")).to_have_count(0)
        with browser.new_context(java_script_enabled=False) as context:
            plain = context.new_page()
            plain.goto(f"{server.url}{path}")
            rendered = plain.evaluate(best)
        until(lambda: page.evaluate(best) == rendered, what="both mark the same")  # noqa: B023
    page.goto(f"{server.url}/nba?fee=pinnacle%3D50&market=h2h")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    until(lambda: not any("PIN" in books for books in page.evaluate(best)), what="no Pinnacle")


def test_an_alert_is_made_of_what_the_filters_show(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/finder?mine=betus&kind=value&least=1.5&line=h2h")
    page.get_by_role("button", name="Alert me of these").click()
    rules = page.locator("#alerts-rules li")
    expect(rules).to_have_count(2)
    expect(rules.first).to_contain_text("finds · NBA · Moneyline · Value · from 1.5% · BetUS")
    expect(rules.first).to_contain_text("can't fire by itself")
    page.get_by_role("button", name="Alert me of these").click()
    expect(page.locator("#tell-said")).to_have_text("")
    expect(rules).to_have_count(2)
    assert faults(page) == []
    assert (
        page.evaluate(
            """async () => { const told = await (await fetch("/api/alerts/rules", { headers:
          { "LineFinder-Browser": localStorage.getItem("linefinder.browser") } })).json();
          return told.rules.map((rule) => ["kind", "kinds", "mine", "edge", "market"]
            .map((name) => rule[name])) }"""
        )
        == [["find", ["value"], ["betus"], 0.015, "h2h"]] * 2
    )


def test_what_an_alert_does_not_ask_for_is_said(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/finder?mine=betus&kind=value&oldest=60&hours=3")
    page.get_by_role("button", name="Alert me of these").click()
    said = page.locator("#tell-said")
    expect(said).to_have_text("The alert does not ask for the age of lines; the start.")
    expect(page.locator("#alerts-rules li")).to_have_count(2)


def test_no_alert_is_made_of_what_is_never_told(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/finder?mine=betus&kind=value&least=10.1&play=1")
    page.get_by_role("button", name="Alert me of these").click()
    expect(page.locator("#tell-said")).to_contain_text("Edges above 10% are most often a fault")
    expect(page.locator("#alerts-rules li")).to_have_count(0)


def test_pages_live_where_the_browser_keeps_nothing_for_them(server: Server, page: Page) -> None:
    page.add_init_script("""for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, { get() { throw new DOMException("", "SecurityError") } })""")
    page.goto(f"{server.url}/nba")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    page.get_by_role("button", name="Note a bet").click()
    page.locator("#note-bet [name=stake]").fill("5")
    page.get_by_role("button", name="Note it").click()
    expect(page.locator("#note-refused")).to_contain_text("keeps nothing for this page")
    opened(page, f"{server.url}/finder?play=1")
    expect(page.locator("#finds .find")).not_to_have_count(0)
    page.get_by_role("button", name="Alert me of these").click()
    expect(page.locator("#alerts-rules li")).to_have_count(2)
    page.goto(f"{server.url}/bets")
    expect(page.locator("#bets-none")).to_be_visible()


def test_a_price_opens_its_slip_in_a_new_tab(
    start_server: Start, upstream: Upstream, page: Page
) -> None:
    upstream.odds["basketball_nba"] = found = games("basketball_nba", 2)
    for book in found[1]["bookmakers"]:
        book["link"] = f"https://{book['key']}.com/{book['key']}"
    server = start_server(
        POLL_SPORTS="nba", POLL_ENABLED="false", REFRESH_COOLDOWN_SECONDS=0, INCLUDE_LINKS="true",
        ODDS_API_URL=upstream.url, ODDS_API_KEY=KEY,
    )  # fmt: skip
    assert server.rest("/api/refresh/nba", "POST").ok
    page.goto(f"{server.url}/finder")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    page.wait_for_function("() => window.linefinder.board('basketball_nba').version > 0")
    price = page.locator("#finds .find[data-key*=basketball_nba-1] a.price[href]").first
    expect(price).to_have_attribute("target", "_blank")
    expect(price).to_have_attribute("rel", "noopener noreferrer")
    address = f"{server.url}{price.get_attribute('href')}"
    told = page.request.get(address, max_redirects=0)
    assert (told.status, told.headers["location"].startswith("https://")) == (302, True)
    for path in ("/nba?market=h2h", "/event/basketball_nba-1"):
        page.goto(f"{server.url}{path}")
        expect(page.locator("#connection-said")).to_have_text("Connected")
        cell = page.locator("[data-event=basketball_nba-1] td.line-cell")
        page.context.route("**/slip/**", lambda route: route.fulfill(body="slip"))
        with page.context.expect_page() as opened_:
            cell.first.click()
        slip = opened_.value
        slip.wait_for_url("**/slip/basketball_nba-1?book=draftkings&market=*&outcome=*")
        assert slip.evaluate("window.opener") is None
        slip.close()
        page.locator("tbody[tabindex], a.name").first.focus()
        for key in "bB":  # each side's best, by keyboard
            with page.context.expect_page() as opened_:
                page.keyboard.press(key)
            opened_.value.wait_for_url("**/slip/basketball_nba-*")
            opened_.value.close()
    page.context.unroute("**/slip/**")
    other = page.request.get(f"{server.url}/slip/basketball_nba-1?book=lowvig")
    assert other.status == 404  # its link leads to a host that is not its own
