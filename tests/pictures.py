"""Pictures of the pages for README and docs: `make screenshots`. The odds are the sandbox's season."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser

from linefinder.domain.odds import iso
from tests.support.chromium import find_chromium, launched
from tests.support.recordings import ROOT
from tests.support.server import Server

SETTLES_SECONDS = 40
"""Until some lines have moved, so that a picture shows movement."""


class Picture(NamedTuple):
    """A page as somebody sees it: `path` of the board, size in CSS pixels, colours."""

    name: str
    path: str
    width: int
    height: int
    scheme: Any = "light"


PICTURES = (
    Picture("board", "/nba", 1440, 810),
    Picture("board-dark", "/nba?market=spreads", 1440, 810, "dark"),
    Picture("phone", "/nba", 390, 780),
    Picture("event", "/event/{event}", 1440, 1240),
    Picture("status", "/status", 1280, 980),
)


def main() -> None:
    """Take every picture, into docs/."""
    chromium = find_chromium()
    if not chromium:
        raise SystemExit("no Chromium is installed (CHROMIUM names one)")
    with tempfile.TemporaryDirectory() as folder, launched(chromium) as browser:
        server = Server(Path(folder), POLL_SPORTS="nba,nfl,mlb")
        server.start()
        try:
            take_all(browser, server)
        finally:
            server.stop()


def take_all(browser: Browser, server: Server) -> None:
    """Let the season move a while, then look at it."""
    time.sleep(SETTLES_SECONDS)
    event = liveliest(server)
    for picture in PICTURES:
        take(browser, server.url, picture, event)
        print(f"docs/{picture.name}.png")


def liveliest(server: Server) -> str:
    """The event to come whose moneyline moved most."""
    events: dict[str, Any] = server.rest("/api/odds/nba").json()["events"]
    now = iso(datetime.now(UTC))

    def moves(event: str) -> int:
        changes: list[Any] = server.rest(f"/api/events/{event}/history?market=h2h").json()
        return len(changes) if "h2h" in str(events[event]["lines"]) else 0

    return max((each for each in events if events[each]["starts_at"] > now), key=moves)


def take(browser: Browser, base: str, picture: Picture, event: str) -> None:
    """One picture, once the page is live and has been for some seconds."""
    size: Any = {"width": picture.width, "height": picture.height}
    with browser.new_context(viewport=size, color_scheme=picture.scheme) as context:
        page = context.new_page()
        page.goto(base + picture.path.format(event=event))
        page.wait_for_timeout(8000)
        page.screenshot(path=str(ROOT / "docs" / f"{picture.name}.png"))


if __name__ == "__main__":
    main()
