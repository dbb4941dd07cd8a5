"""Whom a proxy speaks for is believed where TRUSTED_PROXIES names the proxy, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linefinder.serving.proxies import TrueAddress, address_of, household
from linefinder.settings import networks
from tests.support.rawsocket import handshake, open_socket, status_of
from tests.support.rooms import open_house
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

TRUSTED = networks("127.0.0.1, 10.0.0.0/8, 2001:db8::/32")
CHAINS = {
    "one hop": ("198.51.100.7", "198.51.100.7"),
    "what the viewer made up stands to the left": ("1.1.1.1, 198.51.100.7", "198.51.100.7"),
    "two proxies of ours": ("198.51.100.7, 10.9.9.9", "198.51.100.7"),
    "with a port": ("198.51.100.7:4711", "198.51.100.7"),
    "IPv6 in brackets": ("[2a00::7]:4711", "2a00::7"),
    "IPv4 in IPv6": ("::ffff:198.51.100.7", "198.51.100.7"),
    "a viewer within": ("10.1.1.1", "10.1.1.1"),
    "rubbish ends what is believed": ("198.51.100.7, unknown", "10.0.0.1"),
    "rubbish to the left is never reached": ("<script>, 198.51.100.7", "198.51.100.7"),
    "nothing": ("", "10.0.0.1"),
}


def through(peer: str, trusted: Any = TRUSTED, **said: str) -> tuple[dict[str, Any], TrueAddress]:
    """The request as the application sees it."""
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        return []

    door = TrueAddress(app, trusted, "X-Remote-User")
    door({"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", **said}, None)
    return seen, door


@pytest.mark.parametrize(("chain", "viewer"), CHAINS.values(), ids=CHAINS)
def test_the_viewer_is_the_last_that_no_trusted_proxy_vouches_for(chain: str, viewer: str) -> None:
    seen, door = through(
        "10.0.0.1",
        HTTP_X_FORWARDED_FOR=chain,
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_REMOTE_USER="a",
    )
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == (viewer, "https")
    assert seen["HTTP_X_REMOTE_USER"] == "a"
    assert not door.strangers


def test_nobody_else_is_believed_and_it_is_noted() -> None:
    said = {"HTTP_X_FORWARDED_FOR": "1.1.1.1", "HTTP_X_FORWARDED_PROTO": "https"}
    said |= {"HTTP_X_REMOTE_USER": "root", "HTTP_FORWARDED": "for=1.1.1.1"}
    seen, door = through("203.0.113.9", **said)
    assert seen == {"REMOTE_ADDR": "203.0.113.9", "wsgi.url_scheme": "http"}
    assert door.strangers == {"203.0.113.9": 1}


def test_a_scheme_that_is_none_is_ignored() -> None:
    seen, _ = through("10.0.0.1", HTTP_X_FORWARDED_PROTO="javascript")
    assert seen["wsgi.url_scheme"] == "http"


def test_notes_about_strangers_are_bounded() -> None:
    _, door = through("203.0.113.9")
    for number in range(1000):
        door._note(f"203.0.{number // 250}.{number % 250}")
    assert len(door.strangers) == 20


def test_addresses_as_servers_write_them() -> None:
    assert str(address_of("fe80::1%eth0")) == "fe80::1"
    assert address_of("localhost") is None
    assert address_of("") is None
    assert household("198.51.100.7") == "198.51.100.7"
    assert household("2a00:1:2:3:4::5") == "2a00:1:2:3::/64"


def test_a_proxy_that_is_not_trusted_is_named_on_the_page_of_the_status(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        client = house.app.test_client()
        assert "TRUSTED_PROXIES" not in client.get("/status").get_data(as_text=True)
        client.get("/nba", headers={"X-Forwarded-For": "1.1.1.1"})
        page = client.get("/status").get_data(as_text=True)
        assert "127.0.0.1 sends X-Forwarded-For, and TRUSTED_PROXIES does not name" in page


def test_behind_a_trusted_proxy_viewers_are_counted_one_by_one(tmp_path: Path) -> None:
    settings: Any = {"TRUSTED_PROXIES": "127.0.0.1", "REFRESH_TOKEN": "t", "DATA_ACCESS": "open"}
    with open_house(tmp_path, REST_RATE_LIMIT="2", **settings) as house:
        client = house.app.test_client()
        for number in range(200):
            headers = {"X-Forwarded-For": f"198.51.{number}.7"}
            assert client.get("/api/sports", headers=headers).status_code == 200
        headers = {"X-Forwarded-For": "198.51.0.7"}
        asked = [client.get("/api/sports", headers=headers).status_code for _ in range(2)]
        assert asked == [200, 429]


@pytest.mark.slow
def test_seats_go_by_the_true_address_and_only_from_the_trusted(
    start_sandbox: Callable[..., Sandbox], start_server: Callable[..., Server]
) -> None:
    settings = start_sandbox().settings(WS_MAX_PER_ADDRESS=1, DATA_ACCESS="open", POLL_SPORTS="nba")
    trusting = start_server(**settings, TRUSTED_PROXIES="127.0.0.1", REFRESH_TOKEN="t")
    viewers = [
        open_socket(trusting.url, headers={"X-Forwarded-For": f"198.51.100.{n}"}) for n in range(3)
    ]
    assert status_of(trusting.url, headers={"X-Forwarded-For": "198.51.100.0"}) == 503
    viewers[0].close()
    again = {"X-Forwarded-For": "198.51.100.0"}
    until(lambda: status_of(trusting.url, headers=again) == 101, what="its seat is free")
    for viewer in viewers:
        viewer.close()


@pytest.mark.slow
def test_a_socket_is_for_pages_members_and_tokens(
    start_sandbox: Callable[..., Sandbox], start_server: Callable[..., Server]
) -> None:
    """The modes as the handshake meets them, on the wire; test_access.py has the law."""
    sandbox = start_sandbox()
    keys = {"REFRESH_TOKEN": "owner", "DATA_TOKEN": "reader", "BOARD_PASSWORD": "open sesame"}
    for board in ("open", "private"):
        settings = sandbox.settings(BOARD_ACCESS=board, DATA_ACCESS="page", POLL_SPORTS="nba")
        server = start_server(**settings, **keys)
        assert handshake(server.url).status == 401
        assert status_of(server.url, headers={"Authorization": "Bearer wrong"}) == 401
        for token in ("owner", "reader"):
            assert status_of(server.url, headers={"Authorization": f"Bearer {token}"}) == 101
        assert status_of(server.url, headers={"Cookie": "linefinder_pass=forged"}) == 401
        server.rest("/status")
        paged = server.http.cookies.get("linefinder_pass")
        assert (paged is None) == (board == "private")
        server.rest("/login", "POST", data={"password": "open sesame"})
        member = server.http.cookies["linefinder_pass"]
        assert status_of(server.url, headers={"Cookie": f"linefinder_pass={member}"}) == 101
        if paged:
            assert status_of(server.url, headers={"Cookie": f"linefinder_pass={paged}"}) == 101
