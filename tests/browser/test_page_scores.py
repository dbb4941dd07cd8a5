"""Scores beside the teams: they come to a page that is open, stay through updates, and move nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from linefinder.domain.odds import iso
from tests.browser.test_page_board import LAID_OUT, SHIFTS, upstream
from tests.support.server import Server
from tests.support.upstream import KEY, Upstream, odds_of
from tests.support.waiting import until

pytestmark = pytest.mark.slow
PATIENCE = 30_000

__all__ = ["upstream"]


def ago(**time: float) -> str:
    return iso(datetime.now(UTC) - timedelta(**time))


def game(home: int, away: int, at: str, completed: bool = False) -> dict[str, Any]:
    sides = [("Boston Celtics", home), ("Miami Heat", away)]
    return {
        "id": "e1", "completed": completed, "last_update": at,
        "home_team": "Boston Celtics", "away_team": "Miami Heat",
        "scores": [{"name": name, "score": str(points)} for name, points in sides],
    }  # fmt: skip


@pytest.fixture
def server(upstream: Upstream, start_server: Callable[..., Server]) -> Server:
    upstream.remaining = 2_000_000
    upstream.odds["basketball_nba"] = [odds_of(starts=ago(minutes=50)), odds_of(key="e2")]
    settings = {"ODDS_API_KEY": KEY, "ODDS_API_URL": upstream.url, "POLL_ENABLED": "true"}
    server = start_server(
        **settings, POLL_SPORTS="nba", POLL_INTERVAL_SECONDS=15, REFRESH_COOLDOWN_SECONDS=0
    )
    until(lambda: server.rest("/api/odds/nba").json()["version"], what="a first poll")
    return server


def test_scores_come_to_an_open_page_and_stay(
    page: Page, upstream: Upstream, server: Server
) -> None:
    upstream.scores["basketball_nba"] = [game(54, 61, ago(seconds=5))]
    page.add_init_script(SHIFTS)
    page.goto(f"{server.url}/nba?market=h2h")
    page.wait_for_function(LAID_OUT)
    page.evaluate("window.shifted = 0")  # nobody looked before: the score is still to come
    home = page.locator("tbody[data-event=e1] tr[data-outcome='Boston Celtics'] .score")
    away = page.locator("tbody[data-event=e1] tr[data-outcome='Miami Heat'] .score")
    expect(home).to_have_text("54", timeout=PATIENCE)
    assert page.evaluate("window.shifted") < 0.001
    expect(away).to_have_text("61")
    expect(away).to_have_attribute("title", re.compile(r"Score as of \d?\d:\d\d"))
    expect(page.locator("tbody[data-event=e2] .score").first).to_have_text("")
    upstream.odds["basketball_nba"] = [odds_of(-150, starts=ago(minutes=50)), odds_of(key="e2")]
    page.locator("#refresh").click()
    expect(page.locator("tbody[data-event=e1] .line-cell").nth(2)).to_contain_text("150")
    expect(home).to_have_text("54")
    page.reload()
    expect(home).to_have_text("54")


def test_a_score_that_is_old_is_grey_and_a_page_without_scripts_shows_it(
    page: Page, upstream: Upstream, server: Server
) -> None:
    upstream.scores["basketball_nba"] = [game(54, 61, ago(minutes=4))]
    page.goto(f"{server.url}/nba?market=h2h")
    old = page.locator("tbody[data-event=e1] .score.old")
    expect(old).to_have_text(["61", "54"], timeout=PATIENCE)
    assert '<span class="score old">54</span>' in server.rest("/nba?market=h2h").text
    page.goto(f"{server.url}/tonight?hours=0")
    expect(page.locator("[data-game=e1] .score.old")).to_have_text(["61", "54"])
    expect(page.locator("[data-game=e2] .score").first).to_have_text("")
    assert '<span class="score old">54</span>' in server.rest("/tonight?hours=0").text
