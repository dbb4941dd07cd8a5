"""WebSockets blocked on the way: the page hears of news otherwise, says how, and returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Response, expect

from tests.browser.modules import serve_modules
from tests.browser.test_page_board import counters, equals_rest
from tests.live.conftest import BY_HAND, poll
from tests.support.chromium import Complaints
from tests.support.gate import Gate
from tests.support.machine import free_port
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.slow
SOCKET, EVENTS, BOARD = "/socket.io", "/api/stream", "/api/odds"
BLOCKED = r"WebSocket|403|ERR_"
PATIENT = 30_000


@pytest.fixture(scope="module")
def wall() -> Iterator[Gate]:
    with Gate(free_port()) as opened:
        yield opened


@pytest.fixture
def gate(complaints: Complaints, wall: Gate) -> Gate:
    """The only way to the server, which can be shut path by path."""
    complaints.allow(BLOCKED)
    wall.open()
    return wall


@pytest.fixture(scope="module")
def behind(
    tmp_path_factory: pytest.TempPathFactory, wall: Gate, sandbox: Sandbox
) -> Iterator[Server]:
    own = {**BY_HAND, "PORT": wall.target, "ALLOWED_ORIGINS": wall.url}
    server = Server(tmp_path_factory.mktemp("behind"), **sandbox.settings(**own))
    server.start()
    yield server
    server.close()


@pytest.fixture
def server(behind: Server) -> Server:
    poll(behind)
    return behind


@pytest.fixture
def pass_by(page: Page) -> Callable[[int], None]:
    """Lets seconds of the page's time pass at once: timers fire, and answers come before more of its
    time can pass."""
    under_way: set[Request] = set()

    def answered(told: Response) -> None:
        if EVENTS in told.url:  # a stream goes on
            under_way.discard(told.request)

    def all_answered() -> bool:
        page.wait_for_timeout(20)
        return not under_way

    def pass_(seconds: int) -> None:
        page.clock.run_for(1000 * seconds)
        until(all_answered, what="all is answered")

    page.on("request", lambda request: under_way.add(request))
    page.on("requestfinished", lambda request: under_way.discard(request))
    page.on("requestfailed", lambda request: under_way.discard(request))
    page.on("response", answered)
    page.clock.install()
    return pass_


def opened(page: Page, gate: Gate, said: str) -> None:
    page.set_viewport_size({"width": 2400, "height": 2400})  # all books and games are laid out
    page.goto(f"{gate.url}/nba")
    expect(page.locator("#connection-said")).to_have_text(said, timeout=PATIENT)
    expect(page.locator("#connection")).to_have_attribute("data-state", "connected")
    page.evaluate("window.neverReloaded = true")


def agrees(page: Page, server: Server) -> None:
    until(lambda: equals_rest(page, server), what="page and REST agree")
    assert page.evaluate("window.neverReloaded")
    assert counters(page)["mismatches"] == counters(page)["gaps"] == 0


def moved(page: Page, server: Server) -> None:
    """Poll until a moneyline is another than the page holds: a poll may move other markets alone."""
    held = page.evaluate("window.linefinder.board().events")
    until(lambda: poll(server) and has_moved(held, server), what="a moneyline moves")


def marks_what_moved(page: Page) -> None:
    expect(page.locator(".move.up, .move.down").first).to_be_visible()


def test_a_blocked_socket_leaves_the_board_live_by_events(
    page: Page, server: Server, gate: Gate
) -> None:
    gate.shut(SOCKET)
    opened(page, gate, "Connected by events")
    for _ in range(3):
        poll(server)
    agrees(page, server)
    assert counters(page)["updates"] >= 3
    assert counters(page)["snapshots"] == 0
    moved(page, server)
    agrees(page, server)
    marks_what_moved(page)


def test_of_many_sports_three_are_heard_and_the_others_asked_for(page: Page) -> None:
    """A browser keeps six connections to a server: some must stay for all else."""
    run = serve_modules(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    body = """const listened = [];
      class Way { ask({ sport }) { listened.push(sport) } close() {} }
      const several = new m.Several(Way, "", { heard() {}, opened() {}, closed() {} });
      for (const sport of given) several.ask({ sport }, () => {});
      several.ask({ sport: given[0] }, () => {});
      return listened"""
    sports = ["a", "b", "c", "d", "e"]
    assert run(["news/several"], body, sports) == ["a", "b", "c", "a"]
    until(
        lambda: page.evaluate("true") and [url[-1] for url in asked if BOARD in url] == ["d", "e"],
        what="two are asked for",
    )


def test_where_events_are_blocked_too_the_page_asks(
    page: Page, server: Server, gate: Gate, pass_by: Callable[[int], None]
) -> None:
    gate.shut(SOCKET, EVENTS)
    opened(page, gate, "Asking every 15 s")
    until(lambda: counters(page)["snapshots"] == 1, what="the first answer")
    moved(page, server)
    pass_by(15)
    agrees(page, server)
    assert counters(page)["updates"] == counters(page)["snapshots"] == 1
    marks_what_moved(page)
    pass_by(15)
    until(lambda: gate.statuses(BOARD)[-1] == 304, what="nothing new is not sent again")
    expect(page.locator("#connection-said")).to_have_text("Asking every 15 s")


def test_events_that_are_swallowed_are_given_up(page: Page, server: Server, gate: Gate) -> None:
    gate.shut(SOCKET)
    gate.swallow(EVENTS)
    opened(page, gate, "Asking every 15 s")
    agrees(page, server)


def test_the_page_returns_to_the_socket_when_it_works_again(
    page: Page, server: Server, gate: Gate
) -> None:
    gate.shut(SOCKET)
    opened(page, gate, "Connected by events")
    gate.open()
    expect(page.locator("#connection-said")).to_have_text("Connected", timeout=60_000)
    until(
        lambda: "linefinder_clients 1.0" in server.rest("/metrics").text, what="one seat is taken"
    )
    poll(server)
    agrees(page, server)
    assert counters(page)["snapshots"] == 0


def test_a_restart_is_told_and_survived_by_events(
    page: Page, server: Server, gate: Gate, pass_by: Callable[[int], None]
) -> None:
    gate.shut(SOCKET)
    opened(page, gate, "Connected by events")
    assert server.stop() == 0
    expect(page.locator("#connection")).to_have_attribute("data-state", "reconnecting")
    server.start()
    poll(server)
    said = page.locator("#connection-said")

    def is_back() -> bool:
        pass_by(1)
        return said.inner_text() == "Connected by events"

    until(is_back, 60, "it comes back")
    agrees(page, server)
    assert counters(page)["snapshots"] == 0


def test_a_page_that_asks_climbs_back_to_events_without_losing_hold(
    page: Page, server: Server, gate: Gate, pass_by: Callable[[int], None]
) -> None:
    gate.shut(SOCKET, EVENTS)
    page.goto(f"{gate.url}/nba")
    said = page.locator("#connection-said")

    def after_five_seconds(seen: set[str]) -> bool:
        pass_by(5)
        seen.add(said.inner_text())
        return bool({"Asking every 15 s", "Connected by events"} & seen)

    until(lambda: after_five_seconds(set()), 60, "the page asks")
    gate.shut(SOCKET)
    seen: set[str] = set()
    until(lambda: after_five_seconds(seen) and "Connected by events" in seen, 60, "events again")
    assert seen == {"Asking every 15 s", "Connected by events"}
    poll(server)
    until(lambda: equals_rest(page, server), 20, "page and REST agree")


@pytest.mark.long
def test_what_moved_before_a_page_first_heard_is_marked_too(
    page: Page, server: Server, gate: Gate
) -> None:
    gate.shut(SOCKET, EVENTS, BOARD)
    page.set_viewport_size({"width": 2400, "height": 2400})  # all books and games are laid out
    page.goto(f"{gate.url}/nba")
    moved(page, server)
    gate.shut(SOCKET, EVENTS)
    expect(page.locator("#connection-said")).to_have_text("Asking every 15 s", timeout=60_000)
    until(lambda: equals_rest(page, server), 20, "page and REST agree")
    assert counters(page)["updates"] == 0
    marks_what_moved(page)


def has_moved(held: dict[str, Any], server: Server) -> bool:
    """Whether a moneyline that was held is another now."""
    served = moneylines(server.rest("/api/odds/nba").json()["events"])
    return any(served.get(key, line) != line for key, line in moneylines(held).items())


def moneylines(events: dict[str, Any]) -> dict[tuple[str, str, str], Any]:
    return {
        (event, book, outcome): line
        for event, held in events.items()
        for book, markets in held["lines"].items()
        for outcome, line in markets.get("h2h", {}).items()
    }
