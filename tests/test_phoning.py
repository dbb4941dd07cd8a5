"""Nothing phones home: a server talks to the provider that is configured and to nobody else, and a page
to its server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.canary import CANARY
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

WATCH = '''
"""Put into a process of ours before anything else: writes down whom it asks for anything."""
import json, os, sys

LOG = os.open(os.environ["WATCHED_INTO"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
WATCHED = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
           "socket.gethostbyname", "socket.gethostbyaddr", "subprocess.Popen", "os.exec", "os.system"}

def watch(happened, arguments):
    if happened in WATCHED:
        said = [part for part in arguments if isinstance(part, (str, bytes, int, tuple, list))]
        os.write(LOG, (json.dumps([happened, said], default=repr) + "\\n").encode())

sys.addaudithook(watch)
'''
LOOPBACK = "127.0.0.1"


@pytest.fixture
def watched(tmp_path: Path, start_server: Callable[..., Server]) -> Callable[..., Server]:
    """Starts a server under an audit hook; `server.env["WATCHED_INTO"]` names the file it fills."""
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(WATCH)
    into = tmp_path / "watched"
    into.touch()

    def start(**settings: object) -> Server:
        hook = {"PYTHONPATH": tmp_path / "hook", "WATCHED_INTO": into}
        return start_server(**settings, **hook)

    return start


def asked(server: Server) -> set[tuple[str, Any]]:
    """{(what, whom)} of everything that a server asked of the network or of other programs."""
    lines = Path(str(server.env["WATCHED_INTO"])).read_text().splitlines()
    found = set()
    for what, said in map(json.loads, lines):
        address = next((part for part in said if isinstance(part, list)), None)
        found.add((what, tuple(address[:2]) if address else tuple(said[:2])))
    return found


def kept_in_sight(server: Server, own: set[tuple[str, int]]) -> None:
    """Whatever it asked for was asked of `own`."""
    seen = asked(server)
    names = {whom for what, whom in seen if what == "socket.getaddrinfo"}
    assert {name for name, *_ in names} <= {LOOPBACK, "localhost"}, names
    others = {(what, whom) for what, whom in seen if what != "socket.getaddrinfo"}
    assert {whom for what, whom in others if what == "socket.connect"} <= own
    assert not {what for what, _ in others} - {"socket.connect"}, others


def used(server: Server) -> None:
    """Every kind of page and answer, a refresh, and an alert."""
    for path in ("/", "/nba", "/status", "/api/sports", "/api/odds/nba", "/metrics", "/api/health"):
        assert server.rest(path).ok
    assert server.rest("/api/alerts/push").ok
    server.rest("/api/refresh/nba", "POST")


@pytest.mark.slow
def test_the_watch_sees_what_a_program_does(tmp_path: Path, watched: Callable[..., Server]) -> None:
    """Else the tests below would prove nothing: with a provider elsewhere, elsewhere is seen."""
    server = watched(ODDS_API_URL="http://127.0.0.2:9", ODDS_API_KEY=CANARY, POLL_SPORTS="nba")
    until(lambda: ("socket.connect", ("127.0.0.2", 9)) in asked(server), what="the look is seen")
    with pytest.raises(AssertionError):
        kept_in_sight(server, set())


@pytest.mark.slow
def test_a_server_talks_to_its_provider_alone(
    start_sandbox: Callable[..., Sandbox], watched: Callable[..., Server]
) -> None:
    sandbox = start_sandbox("--refresh", "0.1")
    settings = {"POLL_SPORTS": "nba", "POLL_ENABLED": "true", "POLL_INTERVAL_SECONDS": 1}
    server = watched(**sandbox.settings(**settings, REFRESH_COOLDOWN_SECONDS=0))
    until(lambda: server.rest("/api/odds/nba").json()["version"] >= 2, what="polls")
    used(server)
    assert server.stop() == 0
    kept_in_sight(server, {(LOOPBACK, sandbox.port)})
    assert ("socket.connect", (LOOPBACK, sandbox.port)) in asked(server)


@pytest.mark.slow
def test_a_demo_talks_to_itself_alone(watched: Callable[..., Server]) -> None:
    server = watched(POLL_SPORTS="nba", POLL_INTERVAL_SECONDS=1)
    until(lambda: server.rest("/api/odds/nba").json()["version"] >= 1, what="polls")
    used(server)
    assert server.stop() == 0
    ports = {whom[1] for what, whom in asked(server) if what == "socket.connect"}
    assert len(ports) == 1, "its own sandbox"
    kept_in_sight(server, {(LOOPBACK, port) for port in ports})


@pytest.mark.slow
def test_a_page_talks_to_its_server_alone(page: Page, start_server: Callable[..., Server]) -> None:
    server = start_server(POLL_SPORTS="nba", POLL_ENABLED="true", POLL_INTERVAL_SECONDS=1)
    until(lambda: server.rest("/api/odds/nba").json()["version"] >= 1, what="polls")
    urls: set[str] = set()
    page.context.on("request", lambda request: urls.add(request.url))
    page.on("websocket", lambda socket: urls.add(socket.url))
    page.goto(f"{server.url}/nba")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    page.locator("a.name").first.click()
    expect(page.locator(".one")).to_be_visible()
    page.goto(f"{server.url}/status")
    assert len(urls) > 10
    own = (f"{server.url}/", server.url.replace("http", "ws", 1), "data:", "blob:")
    assert {url for url in urls if not url.startswith(own)} == set()
