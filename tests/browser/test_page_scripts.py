"""A page asks at once for the scripts that it can't begin without, and for no others."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Request, Route

from tests.live.conftest import poll
from tests.support.chromium import Complaints
from tests.support.server import Server
from tests.support.waiting import until

AHEAD = re.compile(r'<link rel="modulepreload" href="([^"]+)">')
IN_THE_PAGE = re.compile(r'<script[^>]* src="([^"]+)"')
PAGES = ["/nba", "/event", "/finder", "/tonight", "/bets"]
LATER = {
    "chart.js",
    "closing.js",
    "history.js",
    "plot.js",
    "prop-finds.js",
    "props.js",
    "uPlot.esm.js",
}
"""What an event's page has once its lines stand."""


def path_of(server: Server, page: str) -> str:
    """The address of a page; of any event that there is."""
    if page != "/event":
        return page
    poll(server)
    return f"/event/{next(iter(server.rest('/api/odds/nba').json()['events']))}"


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_asks_for_ahead_is_what_it_imports(
    page: Page, complaints: Complaints, demo: Server, name: str
) -> None:
    complaints.allow("WebSocket")  # a page that the test has made may not open one
    path = path_of(demo, name)
    html = demo.rest(path).text
    ahead, entries = set(AHEAD.findall(html)), set(IN_THE_PAGE.findall(html))
    imported: set[str] = set()

    def see(request: Request) -> None:
        if request.resource_type == "script" and "/socket.io/?" not in request.url:
            imported.add(request.url.removeprefix(demo.url))

    def without(route: Route) -> None:
        route.fulfill(body=AHEAD.sub("", html), content_type="text/html")

    page.on("request", see)
    page.route(f"{demo.url}{path}", without)
    page.goto(f"{demo.url}{path}", wait_until="networkidle")
    until(lambda: ahead <= imported, what="all scripts")
    later = {url.rpartition("/")[2] for url in imported - ahead - entries}
    assert later <= (LATER if name == "/event" else set())
