"""The board in Chromium at 4x CPU throttle: first paint, layout shift, one update of 200 cells.

150 events x 30 bookmakers x 3 markets; a phone on slow 4G for the first paint; medians of rounds.
Beside them what the least page costs: a bare table, whose texts are written and nothing else.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, ViewportSize

from linefinder.domain.odds import iso
from linefinder.web.shown.words import BOOKS
from tests.support.chromium import find_chromium, launched
from tests.support.server import Server
from tests.support.upstream import KEY, Upstream
from tests.support.waiting import until

EVENTS, BOOKMAKERS, CELLS, ROUNDS = 150, 30, 200, 12
THROTTLE = 4
PHONE: ViewportSize = {"width": 390, "height": 844}
SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
WATCH = """
window.shifted = 0; window.painted = {}; window.long = 0;
const see = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take))
  .observe({ type, buffered: true });
see("layout-shift", (entry) => (window.shifted += entry.value));
see("paint", (entry) => (window.painted[entry.name] = entry.startTime));
see("largest-contentful-paint", (entry) => (window.painted.largest = entry.startTime));
see("longtask", (entry) => (window.long = Math.max(window.long, entry.duration)));
"""
# name: rows, columns, texts written in one frame
BARE = {
    "a bare table of what a screen shows, 1 cell": (36, 14, 1),
    f"a bare table of what a screen shows, {CELLS} cells": (36, 14, CELLS),
    f"a bare table of the whole board, {CELLS} cells": (2 * EVENTS, BOOKMAKERS, CELLS),
}
BARE_STYLE = """<style>
body { margin: 0; font: 13px sans-serif }
div { height: 900px; overflow: auto }
table { table-layout: fixed; border-spacing: 0 }
td { width: 72px; height: 22px; text-align: right }
</style>"""
# The texts are found before: only writing them is measured.
WRITE = """(count) => {
  window.cells ??= [...document.querySelectorAll("td")].map((cell) => cell.firstChild);
  const write = () => {
    for (let at = 0; at < count; at += 1) {
      const cell = window.cells[(at * 7919) % Math.min(window.cells.length, 504)];
      cell.data = String(Number(cell.data) - 1);
    }
  };
  const frame = () => new Promise(requestAnimationFrame);
  return frame().then(write).then(frame).then(frame).then(() => true);
}"""
SEEN = "() => Boolean(window.linefinder) && window.linefinder.state() === 'connected'"


def body(chance: random.Random) -> list[dict[str, Any]]:
    """A provider's answer of the largest board."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    return [
        event(number, start + timedelta(minutes=20 * number), chance) for number in range(EVENTS)
    ]


def event(number: int, starts: datetime, chance: random.Random) -> dict[str, Any]:
    home, away = f"Boston Celtics {number}", f"Miami Heat {number}"
    stamp = iso(datetime.now(UTC))
    books = [
        {
            "key": key,
            "title": key.title(),
            "last_update": stamp,
            "markets": markets(home, away, chance),
        }
        for key in list(BOOKS)[:BOOKMAKERS]
    ]
    return {
        "id": f"event-{number}",
        "sport_key": "basketball_nba",
        "sport_title": "NBA",
        "commence_time": iso(starts),
        "home_team": home,
        "away_team": away,
        "bookmakers": books,
    }


def markets(home: str, away: str, chance: random.Random) -> list[dict[str, Any]]:
    """Moneyline, spread and total of one bookmaker."""
    point, total = chance.choice((5.5, 6, 6.5, 7)), chance.choice((220.5, 221, 221.5))
    sides: dict[str, list[tuple[str, float | None]]] = {
        "h2h": [(home, None), (away, None)],
        "spreads": [(home, -point), (away, point)],
        "totals": [("Over", total), ("Under", total)],
    }
    return [
        {
            "key": key,
            "outcomes": [
                {"name": name, "price": -105 - chance.randrange(20)}
                | ({} if at is None else {"point": at})
                for name, at in outcomes
            ],
        }
        for key, outcomes in sides.items()
    ]


def move(odds: list[dict[str, Any]], chance: random.Random, events: int) -> None:
    """Change the moneyline of 200 lines, spread over the first `events` events."""
    places = [(e, b, o) for e in odds[:events] for b in e["bookmakers"] for o in (0, 1)]
    for _, book, side in chance.sample(places, CELLS):
        book["markets"][0]["outcomes"][side]["price"] -= 1


@contextmanager
def served(odds: list[dict[str, Any]]) -> Iterator[tuple[Server, Upstream]]:
    """A real server that holds the board."""
    upstream = Upstream()
    upstream.odds["basketball_nba"] = odds
    with tempfile.TemporaryDirectory() as folder:
        server = Server(
            Path(folder), ODDS_API_URL=upstream.url, ODDS_API_KEY=KEY, POLL_SPORTS="nba",
            POLL_ENABLED="false", REFRESH_COOLDOWN_SECONDS=0, REFRESH_PER_HOUR=1000,
        )  # fmt: skip
        server.start()
        try:
            answer = server.rest("/api/refresh/nba", "POST")
            assert answer.ok, answer.text
            yield server, upstream
        finally:
            server.close()
            upstream.close()


@contextmanager
def throttled(browser: Browser, phone: bool) -> Iterator[tuple[Page, CDPSession]]:
    """A page of a slow machine; a phone is on slow 4G too."""
    size: ViewportSize = PHONE if phone else {"width": 1440, "height": 900}
    with browser.new_context(viewport=size, is_mobile=phone, has_touch=phone) as context:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        if phone:
            session.send("Network.enable")
            session.send("Network.emulateNetworkConditions", SLOW_4G)
        page.add_init_script(WATCH)
        yield page, session


def first_paint(browser: Browser, server: Server) -> dict[str, float]:
    """When (ms) a throttled phone shows something, and its largest part; how much moved afterwards."""
    with throttled(browser, phone=True) as (page, _):
        page.goto(f"{server.url}/nba")
        until(lambda: page.evaluate(SEEN), 60, "the board is live")
        page.wait_for_timeout(900)
        found: dict[str, float] = page.evaluate(
            "() => ({...window.painted, shifted: window.shifted, longest: window.long})"
        )
    return found


def update_cost(
    browser: Browser, server: Server, odds: list[dict[str, Any]], events: int
) -> tuple[list[float], float]:
    """Milliseconds of the main thread's longest task of each update of 200 cells, and layout shift."""
    chance, longest = random.Random(7), []
    with throttled(browser, phone=False) as (page, session):
        page.goto(f"{server.url}/nba")
        until(lambda: page.evaluate(SEEN), 60, "the board is live")
        page.wait_for_timeout(900)
        page.evaluate("window.shifted = 0")
        for _ in range(ROUNDS):
            move(odds, chance, events)
            longest.append(traced(page, session, lambda: arrive(page, server)))
        shifted: float = page.evaluate("window.shifted")
    return longest, shifted


def arrive(page: Page, server: Server) -> None:
    """Have the server poll, and wait until the page has the update."""
    version = page.evaluate("window.linefinder.board().version")
    assert server.rest("/api/refresh/nba", "POST").ok
    newer = f"() => window.linefinder.board().version > {version}"
    until(lambda: page.evaluate(newer), what="the update")


def bare(browser: Browser, rows: int, columns: int, count: int) -> list[float]:
    """Milliseconds of the longest task while a frame writes `count` texts of a bare table."""
    cells = "".join(f"<td>-{105 + at}</td>" for at in range(columns))
    with throttled(browser, phone=False) as (page, session):
        page.set_content(f"{BARE_STYLE}<div><table>{f'<tr>{cells}</tr>' * rows}</table></div>")
        page.evaluate(WRITE, 1)
        page.wait_for_timeout(900)
        return [traced(page, session, lambda: page.evaluate(WRITE, count)) for _ in range(ROUNDS)]


def traced(page: Page, session: CDPSession, act: Callable[[], object]) -> float:
    """CPU (ms) of the longest task of the page's main thread while `act` takes effect: other programs'
    work does not count, the throttle does."""
    found: list[dict[str, Any]] = []
    done: list[bool] = []

    def take(told: dict[str, Any]) -> None:
        found.extend(told["value"])

    session.on("Tracing.dataCollected", take)
    session.once("Tracing.tracingComplete", lambda _: done.append(True))
    categories = "toplevel,devtools.timeline"
    session.send("Tracing.start", {"categories": categories, "transferMode": "ReportEvents"})
    act()
    page.wait_for_timeout(400)
    session.send("Tracing.end")
    until(lambda: page.evaluate("1") and done, what="the trace")
    session.remove_listener("Tracing.dataCollected", take)
    threads = {e["tid"] for e in found if e.get("args", {}).get("name") == "CrRendererMain"}
    tasks = [
        e for e in found if e["name"] == "ThreadControllerImpl::RunTask" and e["tid"] in threads
    ]
    return max(float(e["tdur"]) for e in tasks if "tdur" in e) / 1000


def main() -> None:
    """Print what a throttled browser makes of the largest board."""
    path = find_chromium()
    if path is None:
        print("no Chromium found (CHROMIUM names one)")
        return
    odds = body(random.Random(1))
    with served(odds) as (server, _), launched(path) as browser:
        paints = [first_paint(browser, server) for _ in range(3)]
        for name in sorted({key for found in paints for key in found}):
            print(f"phone {name:24} {median(found.get(name, 0) for found in paints):8.3f}")
        for events in (20, EVENTS):
            longest, shifted = update_cost(browser, server, odds, events)
            print(
                f"{CELLS} cells over {events:3} events: longest task {median(longest):5.1f} ms"
                f" (worst {max(longest):5.1f}), layout shift {shifted:.4f}"
            )
        for name, (rows, columns, count) in BARE.items():
            print(f"{name}: longest task {median(bare(browser, rows, columns, count)):5.1f} ms")


if __name__ == "__main__":
    main()
