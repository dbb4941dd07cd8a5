"""The chart of an event: its pure parts on made-up boards, and the whole in a real page."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import chance
from tests.browser.modules import Run
from tests.live.conftest import poll
from tests.support.server import Server
from tests.support.waiting import until

Start = Callable[..., Server]
LINE = {"bookmaker": "a", "market": "h2h", "outcome": "X", "point": None, "odds_format": "american"}


def piece(price: float, since: int, to: int | None, **more: Any) -> dict[str, Any]:
    """What REST tells of a line, `since` and `to` in minutes."""
    times = (None if at is None else f"2026-11-24T00:{at:02}:00.000Z" for at in (since, to))
    return {**LINE, "price": price, **dict(zip(("from", "to"), times, strict=True)), **more}


def test_steps_hold_a_value_until_the_next_and_leave_gaps(run: Run) -> None:
    changes = [piece(-110, 1, 3), piece(-120, 5, 9), piece(150, 9, None)]
    body = """const lines = m.piecesOf(given);
      const at = (minute) => Date.parse("2026-11-24T00:00:00Z") + 60000 * minute;
      const { times, columns } = m.stepsOf([...lines.values()], "price", at(2), at(12));
      return [times.map((time) => (time - at(0)) / 60000), columns[0]]"""
    times, values = run(["shown/history"], body, changes)
    assert times == [2, 3, 5, 9, 12]
    assert values == pytest.approx([1 + 100 / 110, None, 1 + 100 / 120, 2.5, 2.5])


def test_a_suspended_price_is_a_gap_and_points_are_drawn_as_they_are(run: Run) -> None:
    changes = [piece(1.0, 1, None, odds_format="decimal", point=-6.5)]
    body = """const [[one]] = m.piecesOf(given).values();
      return [m.valueOf(one, "price"), m.valueOf(one, "point")]"""
    assert run(["shown/history"], body, changes) == [None, -6.5]


def test_what_boards_tell_one_by_one_is_what_history_would_tell(run: Run) -> None:
    dice = random.Random(11)
    boards = [board for board in (chance.board(dice) for _ in range(200)) if board]
    events = [next(iter(board.values())) for board in boards]
    body = """const lines = m.piecesOf([]);
      given.forEach((event, time) => m.follow(lines, event, "totals", "american", time));
      return given.map((_, time) => [...lines].flatMap(([key, pieces]) => pieces
        .filter(({ from, to }) => from <= time && (to === null || time < to))
        .map(({ line }) => [...JSON.parse(key), ...line])))"""
    found = run(["shown/history"], body, events)
    assert sum(map(len, found)) > 50
    for event, standing in zip(events, found, strict=True):
        assert {tuple(line) for line in standing} == {
            (book, "totals", outcome, *line)
            for book, markets in event["lines"].items()
            for outcome, line in markets.get("totals", {}).items()
        }


def test_a_board_older_than_the_history_takes_nothing_back(run: Run) -> None:
    body = """const lines = m.piecesOf(given.changes);
      const added = m.follow(lines, given.event, "h2h", "american", Date.parse("2026-11-24T00:02:00Z"));
      return [added, [...lines.values()][0].length]"""
    event = {"lines": {"a": {"h2h": {"X": [-110, None]}}}}
    given = {"changes": [piece(-110, 1, 3), piece(-120, 3, None)], "event": event}
    assert run(["shown/history"], body, given) == [False, 2]


def test_opened_before_and_now_of_a_line(run: Run) -> None:
    body = """const told = (changes) => {
        const { opened, before, now } = m.storyOf([...m.piecesOf(changes).values()][0]);
        return [opened, before, now].map((one) => one && one.line[0]);
      };
      return given.map(told)"""
    stays = [piece(-110, 1, 3), piece(-120, 3, 4), piece(-130, 6, None)]
    told = run(["shown/history"], body, [stays, stays[:2], [piece(-110, 1, None)]])
    assert told == [[-110, -120, -130], [-110, -120, None], [-110, None, -110]]


@pytest.mark.slow
def test_the_page_draws_every_book_and_adds_what_comes(page: Page, lively: Server) -> None:
    server = lively
    poll(server)
    board = server.rest("/api/odds/nba").json()
    event, found = next((key, one) for key, one in board["events"].items() if one["lines"])
    page.goto(f"{server.url}/event/{event}")
    rows = page.locator("#chart tbody tr")
    expect(rows).to_have_count(sum("h2h" in markets for markets in found["lines"].values()))
    expect(page.locator("#plot canvas")).to_be_visible()

    page.locator("#plot").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#plot .tip li")).not_to_have_count(0)
    expect(page.locator("#chart-read")).to_contain_text(":")

    page.locator("#chart").get_by_label("Market").select_option("spreads")
    page.get_by_text("Point", exact=True).click()
    expect(page.locator("#chart-said")).to_contain_text("Spread")
    before = page.locator("#chart-said").text_content()

    def more() -> bool:
        poll(server)
        return page.locator("#chart-said").text_content() != before

    until(more, what="a change of the spread is added")
    fresh = page.context.new_page()
    fresh.goto(page.url)
    fresh.locator("#chart").get_by_label("Market").select_option("spreads")
    expect(fresh.locator("#chart-said")).to_contain_text("Spread")
    said = [one.locator("#chart-said") for one in (page, fresh)]
    until(lambda: len({one.text_content() for one in said}) == 1, what="both say the same")
    fresh.close()
    page.close()


@pytest.mark.slow
def test_only_the_page_of_an_event_loads_the_chart(page: Page, start_server: Start) -> None:
    server = start_server(POLL_SPORTS="nba", POLL_ENABLED="false")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/nba")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    assert not [url for url in asked if "uPlot" in url or "chart" in url]
    page.close()


@pytest.mark.slow
def test_the_chart_goes_by_the_clock_that_was_chosen(browser: Browser, demo: Server) -> None:
    poll(demo)
    event = next(iter(demo.rest("/api/odds/nba").json()["events"]))
    [first, *_] = demo.rest(f"/api/events/{event}/history").json()
    there = datetime.fromisoformat(first["from"]).astimezone(ZoneInfo("Asia/Tokyo"))
    with browser.new_context(timezone_id="America/New_York") as context:
        page = context.new_page()
        page.goto(f"{demo.url}/event/{event}?zone=Asia/Tokyo")
        expect(page.locator("#chart-said")).to_contain_text(f"since {there:%a} {there.day}")
        expect(page.locator("#chart-said")).to_contain_text(f"{there:%H:%M}")
        expect(page.locator(".moves time").first).to_have_text(f"{there:%a %H:%M}")
        page.locator("#plot").focus()
        page.keyboard.press("ArrowRight")
        # a chart of less than a minute begins a minute ago
        begins = [f"{at:%H:%M}" for at in (there - timedelta(minutes=1), there)]
        expect(page.locator("#plot .tip b")).to_have_text(re.compile("|".join(begins)))
