"""Props on an event's page: the cost before the click, the figures of REST, paid for once."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from linefinder.web.shown.text import pick_text, price_text, share_text
from linefinder.web.shown.words import DOUBTS, for_scripts
from tests.browser.modules import serve_modules
from tests.browser.test_page_access import DESK, PHONE, faults
from tests.live.conftest import BY_HAND, poll
from tests.support.chromium import Complaints
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.slow
MARKETS = ("player_points", "alternate_totals")
PATIENCE = 30_000
ROWS = """() => [...document.querySelectorAll("#props-lines tr")].map((row) =>
  [...row.children].map((cell) => cell.textContent.trim()))"""


@pytest.fixture
def server(start_sandbox: Callable[..., Sandbox], start_server: Callable[..., Server]) -> Server:
    """Its provider stands almost still; nothing has been paid for but one poll."""
    server = start_server(**start_sandbox("--refresh", "3600").settings(**BY_HAND))
    poll(server)
    return server


@pytest.fixture
def event(server: Server) -> str:
    """A game that many bookmakers offer."""
    events = server.rest("/api/odds/nba").json()["events"]
    return str(max(events, key=lambda event: len(events[event]["lines"])))


def load(server: Server, event: str, *markets: str) -> Any:
    """As somebody else would, over REST."""
    url = f"/api/events/{event}/props"
    assert server.rest(url, "POST", json={}).ok
    return server.rest(url, "POST", json={"markets": list(markets)}).json()


def told(server: Server, event: str, market: str) -> list[list[str]]:
    """The rows that a page must show of a market: main rungs, whom for, both sides, how many books."""
    market_told = server.rest(f"/api/events/{event}/props/{market}").json()
    rows = []
    for ladder in market_told["ladders"]:
        rung = ladder["rungs"][ladder["main"]]
        sides = [side_text(side) for side in rung["sides"]] + [""]
        hold = "" if rung["hold"] is None else f"{100 * rung['hold']:.1f}%"
        books = len({book for side in rung["sides"] for book in side["prices"]})
        count = f"{books} book" + ("s" if books > 1 else "")
        rows.append([ladder["about"] or "The game", *sides[:2], hold, count])
    return rows


def side_text(side: dict[str, Any]) -> str:
    pick = pick_text("totals", side["name"], side["point"])
    return f"{pick} {price_text(side['price'], 'american', 'american')}"


def shows(page: Page, expected: list[list[str]]) -> bool:
    """A side's cell goes on with a gain and who has it."""
    shown = page.evaluate(ROWS)
    return len(shown) == len(expected) > 0 and all(
        row[0] == wanted[0]
        and row[1].startswith(wanted[1])
        and row[2].startswith(wanted[2])
        and row[3:] == wanted[3:]
        for row, wanted in zip(shown, expected, strict=True)
    )


def test_a_stranger_sees_the_cost_then_loads_and_reads_the_figures_of_rest(
    page: Page, server: Server, event: str
) -> None:
    page.goto(f"{server.url}/event/{event}")
    look = page.locator("#props-look")
    expect(look).to_have_text("Show which markets there are, for 1 credit", timeout=PATIENCE)
    look.click()
    for market in MARKETS:
        page.locator(f"#props-offered input[value={market}]").check(force=True, timeout=PATIENCE)
    expect(page.locator("#props-load")).to_have_text("Load 2 markets for 2 credits at most")
    page.locator("#props-load").click()
    expect(page.locator("#props-said")).to_have_text("Loaded, for 2 credits.", timeout=PATIENCE)
    for market in MARKETS:
        page.locator("#props-view select").select_option(market)
        expected = told(server, event, market)
        until(partial(shows, page, expected), 30, f"the rows of {market}")


def test_what_one_viewer_pays_for_another_sees(page: Page, server: Server, event: str) -> None:
    page.goto(f"{server.url}/event/{event}")
    expect(page.locator("#props-look")).to_be_visible(timeout=PATIENCE)
    assert load(server, event, "player_points")["credits"] == 1
    expected = told(server, event, "player_points")
    until(partial(shows, page, expected), 40, "the page has asked again")
    page.get_by_role("searchbox", name="Find").fill(expected[0][0])
    until(lambda: len(page.evaluate(ROWS)) == 1, what="only that player")


FOUND = """() => [...document.querySelectorAll("#props-finds .find")].map((row) =>
  [...row.querySelectorAll(".edge, .about, .pick, .price")].map((part) => part.textContent.trim()))"""


def test_what_is_worth_a_look_is_listed_as_rest_tells_it(
    page: Page, server: Server, event: str
) -> None:
    load(server, event, *MARKETS)
    told = server.rest(f"/api/events/{event}/props").json()
    assert {one["kind"] for one in told["finds"]} >= {"value"}
    page.goto(f"{server.url}/event/{event}")
    expect(page.locator("#props-finds .counted")).to_have_text(
        f"{len(told['finds'])} find" + "s" * (len(told["finds"]) > 1), timeout=PATIENCE
    )
    more = page.locator("#props-finds-more")
    if more.is_visible():
        more.click()
    expected = [
        [
            share_text(one["edge"]),
            one["about"] or "The game",
            *(part for bet in one["bets"] for part in side_parts(bet)),
        ]
        for one in told["finds"]
    ]
    until(lambda: page.evaluate(FOUND) == expected, what="every find of REST, the best first")
    expect(page.locator("#props-finds .bets .age").first).to_have_text(
        re.compile("^[0-9]+ .* old$")
    )


def side_parts(bet: dict[str, Any]) -> list[str]:
    market = "totals" if bet["outcome"] in ("Over", "Under") else "spreads"
    pick = pick_text(market, bet["outcome"], bet["point"])
    return [pick, price_text(bet["price"], "american", "american")]


def test_finds_say_how_old_their_lines_are_and_why_they_may_be_none(page: Page) -> None:
    run = serve_modules(page)
    bet = {"outcome": "Over", "bookmaker": "dk", "price": 110, "point": 1.5, "stake": 1}
    find = {"kind": "value", "market": "m", "about": "Ann Lee", "edge": 0.02, "bets": [bet],
            "doubts": ["alone"], "probability": 0.5, "others": 1}  # fmt: skip
    sheet = {"market": "m", "name": "Points", "at": "2026-11-24T00:00:00Z", "confirmed": None}
    offer = {"finds": [find], "loaded": [sheet], "bookmakers": {}, "odds_format": "american"}
    body = """return [40, 300].map((age) => m.findRows(given[0], "american", given[1],
      Date.parse("2026-11-24T00:00:00Z") + 1000 * age)[0])
      .map((row) => [row.bets[0].age, row.doubts])"""
    told = run(["shown/props"], body, [offer, for_scripts()])
    alone, old = (sentence(DOUBTS[doubt]) for doubt in ("alone", "old"))
    assert told == [["40 s old", alone], ["5 min old", f"{alone}. {old}"]]


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def test_what_can_not_be_paid_is_said_in_plain_words(
    page: Page,
    complaints: Complaints,
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
) -> None:
    complaints.allow("503")
    sandbox = start_sandbox("--credits", "4")
    server = start_server(**sandbox.settings(**BY_HAND))
    poll(server)
    event = next(iter(server.rest("/api/odds/nba").json()["events"]))
    page.goto(f"{server.url}/event/{event}")
    page.locator("#props-look").click(timeout=PATIENCE)
    page.locator("#props-offered input[value=team_totals]").check(force=True, timeout=PATIENCE)
    page.locator("#props-load").click()
    said = page.locator("#props-said")
    expect(said).to_contain_text("There are not enough credits", timeout=PATIENCE)
    assert "event_odds" not in sandbox.state()["calls"]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_in_props(
    browser: Browser, server: Server, event: str, size: Any, colours: str
) -> None:
    load(server, event, "player_points")
    with browser.new_context(viewport=size) as context:
        page = context.new_page()
        page.goto(f"{server.url}/event/{event}?theme={colours}")
        page.locator("#props-lines summary").first.click(timeout=PATIENCE)
        assert faults(page) == []


def test_rows_are_narrowed_by_name_and_show_one_point_or_all(page: Page) -> None:
    run = serve_modules(page)
    side = {"name": "Over", "point": 1.5}
    ladders = [
        {"about": "Ann Lee", "main": 1, "rungs": [{"sides": [side]}, {"sides": [side]}]},
        {"about": "Bo Li", "main": 0, "rungs": [{"sides": [side]}]},
    ]
    body = """return [{}, { all: true }, { find: "LEE", all: true }, { find: "over" }, { find: "x" }]
      .map((how) => m.rowsOf(given, how).map(({ about, main }) => `${about} ${main}`))"""
    assert run(["shown/props"], body, {"ladders": ladders}) == [
        ["Ann Lee true", "Bo Li true"],
        ["Ann Lee false", "Ann Lee true", "Bo Li true"],
        ["Ann Lee false", "Ann Lee true"],
        ["Ann Lee true", "Bo Li true"],
        [],
    ]


def test_a_gain_has_one_sign(page: Page) -> None:
    side = {"name": "Over", "point": 1.5, "price": 110, "best": ["dk"], "edge": 0.0923}
    told = {"bookmakers": {}, "odds_format": "american"}
    shown = serve_modules(page)(
        ["shown/props"], "return m.sideText(...given, 'american')", [side, told]
    )
    assert shown["gain"] == "+9.2%"
