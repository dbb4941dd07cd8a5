"""Bets noted in the browser: noted where the lines are, compared when the game has begun, exported and
imported; nothing of them leaves the browser."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from linefinder.domain.odds import iso
from linefinder.web.shown.text import share_text
from tests.browser.test_bets_js import CLOSE, a_bet
from tests.browser.test_page_access import SMALL, faults
from tests.support.server import Server
from tests.support.upstream import KEY, Upstream, odds_of
from tests.support.waiting import until

pytestmark = pytest.mark.slow
Start = Callable[..., Server]
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
BOOKS = ("draftkings", "fanduel", "betmgm")
KEEP = "(bets) => localStorage.setItem('linefinder.bets', JSON.stringify(bets))"
FIGURES = """() => [...document.querySelectorAll(".bet")].map((bet) =>
  [...bet.querySelectorAll(".figure")].map((figure) => figure.innerText))"""
KEPT = "JSON.parse(localStorage.getItem('linefinder.bets') ?? '[]')"


def settings(upstream: Upstream) -> dict[str, object]:
    return {
        "POLL_SPORTS": "nba", "POLL_ENABLED": "false", "REFRESH_COOLDOWN_SECONDS": 0,
        "ODDS_API_URL": upstream.url, "ODDS_API_KEY": KEY, "ODDS_COMMISSION": "fanduel=2",
    }  # fmt: skip


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Upstream]]:
    """A server and its provider, for all tests in which no game begins."""
    upstream = Upstream()
    server = Server(tmp_path_factory.mktemp("standing"), **settings(upstream))
    server.start()
    yield server, upstream
    server.close()
    upstream.close()


@pytest.fixture
def server(standing: tuple[Server, Upstream]) -> Server:
    posted(*standing, 7200)
    return standing[0]


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    upstream = Upstream()
    yield upstream
    upstream.close()


@pytest.fixture
def begins(start_server: Start, upstream: Upstream) -> Server:
    """A server of the test's own, with a game that may begin: how it ended is not taken back."""
    server = start_server(**settings(upstream))
    posted(server, upstream, 7200)
    return server


def posted(server: Server, upstream: Upstream, starts_in: float) -> None:
    """A game that starts in so many seconds is on the board."""
    starts = datetime.now(UTC) + timedelta(seconds=starts_in)
    upstream.odds["basketball_nba"] = [odds_of(-210, books=BOOKS, starts=iso(starts))]
    assert server.rest("/api/refresh/nba", "POST").ok


def test_a_pressed_line_is_noted_with_a_stake(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/nba?market=totals")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    page.locator("tr.line[data-outcome=Under] td.line-cell").nth(1).click()
    page.get_by_role("button", name="Note a bet").click()
    form = page.locator("#note-bet form")
    expect(form).to_be_visible()
    fields = {name: form.locator(f"[name={name}]") for name in ("outcome", "bookmaker", "price")}
    expect(fields["outcome"]).to_have_value("Under")
    expect(fields["bookmaker"]).to_have_value("fanduel")
    expect(fields["price"]).to_have_value("-110")
    fields["price"].fill("50")
    form.locator("[name=stake]").fill("25")
    form.get_by_role("button", name="Note it").click()
    expect(page.locator("#note-refused")).to_contain_text("price is no american price")
    fields["price"].fill("-105")
    form.get_by_role("button", name="Note it").click()
    expect(page.locator("#note-said")).to_have_text("The bet is noted.")
    expect(page.locator("#note-said")).to_be_visible()
    expect(page.locator("#note-said")).to_have_text("", timeout=15_000)
    (kept,) = page.evaluate(KEPT)
    assert (kept["bookmaker"], kept["price"], kept["point"]) == ("fanduel", -105, 221.5)
    assert (kept["event"], kept["stake"], kept["close"]) == ("e1", 25, None)
    page.get_by_role("link", name="Bets", exact=True).click()
    expect(page.locator(".bet .pick")).to_have_text("Under 221.5")
    expect(page.locator(".bet .state")).to_contain_text("when the game has begun, in 1 h")
    page.get_by_role("button", name=re.compile("^Remove")).click()
    expect(page.locator(".bet")).to_have_count(0)
    assert page.evaluate(KEPT) == []


def test_every_figure_of_a_bet_is_pythons(begins: Server, upstream: Upstream, page: Page) -> None:
    posted(begins, upstream, 4)
    until(lambda: begins.rest("/api/events/e1/closing").ok, 30, "the start")
    told = begins.rest("/api/events/e1/closing").json()
    bets = [
        a_bet(id="b1", bookmaker="fanduel", market="totals", outcome="Over", price=105, point=221.5),
        a_bet(id="b2", bookmaker="betmgm", market="totals", outcome="Under", price=-120, point=219),
        a_bet(id="b3", market="h2h", outcome="Miami Heat", price=2.95, point=None,
              odds_format="decimal"),
        a_bet(id="b4", bookmaker="nobody", market="totals", outcome="Over", price=-105, point=221.5),
    ]  # fmt: skip
    bets = [{**bet, "starts_at": told["starts_at"]} for bet in bets]
    page.goto(f"{begins.url}/bets")
    page.evaluate(KEEP, bets)
    page.reload()
    expect(page.locator(".bet .worth:visible")).to_have_count(4)
    expected = [figures(begins, bet) for bet in reversed(bets)]
    until(lambda: page.evaluate(FIGURES) == expected, what="the figures are Python's")
    moved = page.locator(".bet").nth(2).locator(".own .why")
    expect(moved).to_contain_text("the point moved to u221.5 −110")
    expect(moved).to_contain_text("yours is 2.5 points worse; prices at two points can't")
    assert [bet["close"] is None for bet in page.evaluate(KEPT)] == [False] * 4


def figures(server: Server, bet: dict[str, Any]) -> list[str]:
    """What Python says of a bet."""
    names = ("bookmaker", "market", "outcome", "price", "point", "odds_format")
    asked = "&".join(f"{name}={bet[name]}" for name in names if bet[name] is not None)
    value = server.rest(f"/api/events/e1/closing?{asked}").json()["value"]
    shares = (value["price"], value["fair"])
    return ["–" if share is None else share_text(share) for share in shares]


def test_an_old_line_is_not_called_a_closing_line(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/bets")
    old = {**CLOSE, "age": 7300, "line_age": 7300}
    gone = {"event": "long-gone", "starts_at": "2026-01-24T00:10:00Z"}
    page.evaluate(KEEP, [a_bet(close=old, **gone), a_bet(id="b2", close=CLOSE, **gone)])
    page.reload()
    expect(page.locator(".bet .state").last).to_have_text(
        "No closing line: last seen 2 h 1 min before the start, and it may have moved since."
    )
    expect(page.locator("#bets-sum")).to_have_text(
        "2 bets, 1 with a closing line; against the own book +4.1% on average (1 bet); "
        "against the fair close −2.2% on average (1 bet)."
    )


def test_a_bet_noted_in_play_says_so_and_is_compared_with_no_close(
    server: Server, page: Page
) -> None:
    page.goto(f"{server.url}/bets")
    times = {"event": "long-gone", "starts_at": "2026-01-24T00:10:00Z"}
    final = {**CLOSE, "score": {"home": "104", "away": "90"}}
    late = a_bet(close=final, **{**times, "noted_at": "2026-01-24T00:40:00.000Z"})
    page.evaluate(KEEP, [late, a_bet(id="b2", close=CLOSE, **times)])
    page.reload()
    bet = page.locator(".bet").last
    expect(bet.locator(".state")).to_contain_text("In play: noted after the start")
    expect(bet.locator(".worth")).to_be_hidden()
    expect(bet.locator(".result")).to_have_text("won +22.73")
    expect(page.locator("#bets-sum")).to_contain_text("2 bets, 1 in play, 1 with a closing line")


def test_a_bet_on_a_game_that_has_begun_is_noted_as_in_play(
    begins: Server, upstream: Upstream, page: Page
) -> None:
    posted(begins, upstream, -600)
    page.goto(f"{begins.url}/nba?market=totals")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    page.locator("tr.line[data-outcome=Under] td.line-cell").nth(1).click()
    page.keyboard.press("n")
    expect(page.locator("#note-bet [name=stake]")).to_be_focused()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(page.locator("#note-said")).to_have_text("The bet is noted, in play.")


def test_a_game_first_seen_after_its_start_has_no_closing_line(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/bets")
    unseen = {"age": None, "price": None, "point": None, "line_age": None, "fair": None}
    odd = {"bookmaker": "constructor", "sport": "toString"}
    page.evaluate(KEEP, [a_bet(close={**CLOSE, **unseen}, starts_at="2026-01-24T00:10:00Z", **odd)])
    page.reload()
    bet = page.locator(".bet")
    expect(bet.locator(".state")).to_have_text(
        "No closing line: the game was first seen after its start."
    )
    expect(bet.locator(".book")).to_have_text("constructor")
    expect(bet.locator(".of")).to_have_text("toString · Spread")


def test_how_a_bet_ended_is_said_once_the_final_score_is_known(
    begins: Server, upstream: Upstream, page: Page
) -> None:
    posted(begins, upstream, 3)
    until(lambda: begins.rest("/api/events/e1/closing").ok, 30, "the start")
    told = begins.rest("/api/events/e1/closing").json()
    bets = [
        a_bet(id="b1", market="totals", outcome="Over", price=105, point=202.5, stake=20),
        a_bet(id="b2", market="spreads", outcome="Miami Heat", price=-110, point=4.5, stake=22),
        a_bet(id="b3", market="totals", outcome="Under", price=-110, point=203, stake=10),
    ]
    final = {"home": "104", "away": "99", "completed": True, "at": "2026-11-24T02:40:00Z"}
    page.goto(f"{begins.url}/bets")
    page.evaluate(KEEP, [{**bet, "starts_at": told["starts_at"]} for bet in bets])
    page.route("**/closing", lambda route: route.fulfill(json={**told, "score": final}))
    page.reload()
    results = page.locator(".bet .result")
    expect(results).to_have_text(["push, the stake comes back", "lost −22.00", "won +21.00"])
    expect(page.locator(".bet .final").first).to_have_text(
        "Final score: Miami Heat 99, Boston Celtics 104"
    )
    expect(page.locator("#bets-sum")).to_contain_text(
        "by the final scores 1 won, 1 lost, 1 pushed: −1.00."
    )
    page.unroute("**/closing")
    page.reload()
    expect(results).to_have_count(3)
    expect(results.last).to_have_text("won +21.00")


def test_export_and_import_lose_nothing(server: Server, page: Page, tmp_path: Path) -> None:
    gone = {"event": "long-gone", "starts_at": "2026-01-24T00:10:00Z", "close": CLOSE}
    bets = [a_bet(**gone), a_bet(**{**gone, "id": "b2", "outcome": "=cmd|' /C calc'!A0"})]
    page.goto(f"{server.url}/bets")
    page.evaluate(KEEP, bets)
    page.reload()
    expect(page.locator(".bet")).to_have_count(2)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export CSV").click()
    path = tmp_path / "bets.csv"
    downloading.value.save_as(path)
    with path.open(newline="", encoding="utf-8") as file:
        assert [row["outcome"] for row in csv.DictReader(file)][1] == "'=cmd|' /C calc'!A0"
    page.evaluate(KEEP, bets[:1])
    page.locator("#import").set_input_files(path)
    expect(page.locator("#bets-said")).to_have_text("1 bet imported; 1 were there already.")
    assert page.evaluate(KEPT) == bets
    path.write_text(path.read_text().replace("-110", "-11").replace('"b2"', '"b3"'))
    page.locator("#import").set_input_files(path)
    expect(page.locator("#bets-said")).to_have_text(
        "Nothing was imported, and nothing you had is changed."
    )
    expect(page.locator("#bets-wrong li")).to_have_text(
        ["Row 2: price is no american price.", "Row 3: price is no american price."]
    )
    assert page.evaluate(KEPT) == bets


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_anybody_can_use_it(
    server: Server, browser: Browser, size: ViewportSize, colours: str
) -> None:
    with browser.new_context(viewport=size) as context:
        page = context.new_page()
        page.goto(f"{server.url}/bets?theme={colours}")
        expect(page.locator("#bets-none")).to_be_visible()
        assert faults(page) == []
        gone = {"event": "long-gone", "starts_at": "2026-01-24T00:10:00Z"}
        late = {**CLOSE, "point": -7, "age": 7300, "line_age": 7300, "off": True, "fair": None}
        bets = [a_bet(close=CLOSE, **gone), a_bet(id="b2", close=late, **gone), a_bet(id="b3")]
        page.evaluate(KEEP, bets)
        page.reload()
        expect(page.locator(".bet")).to_have_count(3)
        page.locator("#import").set_input_files(
            {"name": "x.csv", "mimeType": "text/csv", "buffer": b"luck\r\n7\r\n"}
        )
        expect(page.locator("#bets-wrong li")).to_have_count(1)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
        assert page.evaluate(SMALL) == []
        page.goto(f"{server.url}/nba?theme={colours}")
        expect(page.locator("#connection-said")).to_have_text("Connected")
        page.locator("#note-open").click()
        expect(page.locator("#note-bet")).to_be_visible()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
        assert page.evaluate(SMALL) == []
