"""Who is let in, and who goes first when memory is short."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from requests import Response
from socketio.manager import Manager

from linefinder.live import limits
from linefinder.live.limits import FullHouse, Sockets
from linefinder.live.memory import Memory
from linefinder.live.outbox import Delivery, Outbox
from linefinder.live.seats import Seats
from tests.support.rawsocket import open_socket, status_of
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until


def asking(address: str, path: str = "/socket.io/") -> dict[str, Any]:
    return {"PATH_INFO": path, "QUERY_STRING": "EIO=4", "REMOTE_ADDR": address}


@pytest.mark.parametrize(
    ("first", "same", "other"),
    [("10.0.0.1", "10.0.0.1", "10.0.0.2"), ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")],
)
def test_an_address_takes_no_more_than_its_seats(first: str, same: str, other: str) -> None:
    """Of IPv6 a customer has a whole /64 of them."""
    statuses: list[str] = []
    guests: list[dict[str, Any]] = []

    def say(status: str, headers: Any) -> None:
        statuses.append(status)

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        while guests:  # these come while the first one is inside
            house(guests.pop(), say)
        return []

    house = FullHouse(app, "/socket.io", Seats(lambda: False, per_address=1))
    guests += [asking(other), asking(same, "/api/health")]
    house(asking(first), say)
    assert statuses == [], "another address, and a page"
    guests += [asking(same)]
    house(asking(first), say)
    assert statuses == ["503 Service Unavailable"]
    house(asking(first), say)
    assert len(statuses) == 1, "whoever left has left a seat"


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_WEBSOCKET_KEY": "a"},
        {"HTTP_SEC_WEBSOCKET_VERSION": "13"},
        {"HTTP_SEC_WEBSOCKET_KEY": "a", "HTTP_SEC_WEBSOCKET_VERSION": "12"},
    ],
)
def test_half_a_handshake_is_refused_before_the_driver_stumbles(headers: dict[str, str]) -> None:
    told: list[Any] = []
    house = FullHouse(lambda *_: told.append("in"), "/socket.io", Seats(lambda: False))
    environ = {**asking("10.0.0.1"), "HTTP_UPGRADE": "WebSocket", **headers}
    house(environ, lambda status, sent: told.append((status, dict(sent)["Sec-WebSocket-Version"])))
    assert told == [("426 Upgrade Required", "13")]


def sockets_with(sizes: dict[str, int], limit: int) -> tuple[Sockets, dict[str, Any]]:
    """Sockets of clients for which so many bytes wait."""
    seats = {}
    for sid, size in sizes.items():
        outbox = Outbox(Delivery(1000, 1.0), sid)
        outbox.size = size
        seats[sid] = SimpleNamespace(queue=outbox, closed=False)
        seats[sid].close = lambda seat=seats[sid], **_: setattr(seat, "closed", True)
    manager = Manager()
    for sid in seats:
        manager.basic_enter_room(sid, "/", None, sid)
    sockets = Sockets(10.0, Memory(limit, lambda: len(sizes)))
    doors: dict[str, Any] = {"handlers": {"message": None}, "on": lambda *_: None}
    eio = SimpleNamespace(sockets=seats, **doors)
    sockets.attach(SimpleNamespace(eio=eio, manager=manager, _handle_event=None))
    return sockets, seats


def test_where_memory_is_short_the_slowest_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"quick": 0, "slow": 300, "slower": 500, "slowest": 900}
    sockets, seats = sockets_with(sizes, limit=10_000)
    monkeypatch.setattr(limits, "resident", lambda: 11_000)
    sockets.sweep()
    assert [sid for sid, seat in seats.items() if seat.closed] == ["slower", "slowest"]


def test_without_a_limit_nobody_is_closed() -> None:
    sockets, seats = sockets_with({"slow": 10**9}, limit=0)
    sockets.sweep()
    assert not seats["slow"].closed


def test_who_leaves_a_full_memory_leaves_a_seat_though_the_process_gives_nothing_back() -> None:
    there = 0
    memory = Memory(1_000, lambda: there)
    assert (memory.look(400), memory.is_short) == (0, False)
    there = 60  # between two looks, half of whom were there when the limit was reached
    assert (memory.look(1_600), memory.is_short) == (600, True)
    there = 30
    assert (memory.look(1_500), memory.is_short) == (0, True), "nobody need go for what stays"
    there = 29
    assert (memory.look(1_700), memory.is_short) == (100, False)
    there = 0
    assert (memory.look(900), memory.is_short) == (0, False)
    there = 80
    assert not memory.is_short, "it is not known yet that these are too many"


def test_the_log_says_once_that_memory_is_short_and_for_how_many_it_is_enough(
    caplog: pytest.LogCaptureFixture,
) -> None:
    there, megabyte = 10, 2**20
    memory = Memory(100 * megabyte, lambda: there)
    with caplog.at_level("INFO", "linefinder.sockets"):
        memory.look(50 * megabyte)
        there = 110
        for _ in range(3):
            memory.look(150 * megabyte)
        memory.look(90 * megabyte)
    assert [record.getMessage() for record in caplog.records] == [
        "memory is short: 150 MB of WS_MEMORY_LIMIT_MB=100 are held, so that no more than 60 viewers "
        "are let in",
        "memory is enough again: 90 MB",
    ]


def test_memory_that_the_start_alone_takes_is_for_nobody() -> None:
    memory = Memory(1_000, lambda: 0)
    assert (memory.look(1_500), memory.is_short) == (500, True)


def test_who_is_in_a_room_and_gone_is_forgotten() -> None:
    sockets, seats = sockets_with({"here": 0, "ghost": 0}, limit=0)
    manager = sockets._server.manager
    manager.basic_enter_room("ghost", "/", "sport:nba")
    del seats["ghost"]
    sockets.sweep()
    assert dict(manager.get_participants("/", None)) == {"here": "here"}
    assert not list(manager.get_participants("/", "sport:nba"))


@pytest.mark.slow
def test_short_of_memory_is_a_full_house(
    sandbox: Sandbox, start_server: Callable[..., Server]
) -> None:
    server = start_server(**sandbox.settings(WS_MEMORY_LIMIT_MB=1))
    until(lambda: status_of(server.url) == 503, what="the sweep has looked")
    assert server.rest("/api/health").json()["full"] is True


@pytest.mark.slow
def test_an_address_is_capped_on_the_wire(
    sandbox: Sandbox, start_server: Callable[..., Server]
) -> None:
    server = start_server(**sandbox.settings(WS_MAX_PER_ADDRESS=2))
    viewers = [open_socket(server.url) for _ in range(2)]
    assert status_of(server.url) == 503
    refused = server.rest("/api/stream/nba")
    assert (refused.status_code, refused.json()["code"]) == (503, "full")
    assert not server.rest("/api/health").json()["full"], "others have seats"
    viewers[0].close()
    until(lambda: status_of(server.url) == 101, what="a seat is free")

    def listening() -> Response | None:
        answer = server.rest("/api/stream/nba", stream=True)
        if answer.ok:
            return answer
        answer.close()
        return None

    stream = until(listening, what="the handshake's seat is free")
    assert stream
    assert status_of(server.url) == 503, "who hears by events has a seat too"
    stream.close()
    until(lambda: status_of(server.url) == 101, what="it is free again")
    viewers[1].close()
