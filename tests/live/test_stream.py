"""The board by server-sent events, over real connections."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.live.conftest import BY_HAND, poll
from tests.live.test_slow import SMALL, clients
from tests.support.client import BoardClient
from tests.support.events import EventStream, listen
from tests.support.judge import HeldBoard, Verdict
from tests.support.rawsocket import open_socket, status_of
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

NBA = "basketball_nba"


@pytest.fixture
def hear(board: Server) -> Iterator[Callable[..., EventStream]]:
    """Listens to the board of the module: `hear("nba", after=id)`."""
    streams: list[EventStream] = []

    def open_one(*arguments: Any, **options: Any) -> EventStream:
        streams.append(listen(board, *arguments, **options))
        return streams[-1]

    yield open_one
    for stream in streams:
        stream.close()


def names(events: list[Any]) -> list[str]:
    return [event.name for event in events]


def held_by(board: Server) -> str:
    held = board.rest(f"/api/odds/{NBA}").json()
    return f"{held['epoch']}-{held['version']}"


def test_a_first_visit_is_given_the_board_and_then_how_it_stands(
    board: Server, hear: Callable[..., EventStream]
) -> None:
    stream = hear()
    snapshot, status = stream.next(), stream.next()
    assert names([snapshot, status]) == ["odds_snapshot", "feed_status"]
    assert snapshot.id == status.id == held_by(board)
    served = board.rest("/api/odds/nba").json()
    assert {**snapshot.body, "feed": None} == {**served, "feed": None}
    assert status.body["checksum"] == served["checksum"]


def test_nothing_on_the_way_may_keep_or_hold_back_what_is_said(
    hear: Callable[..., EventStream],
) -> None:
    headers = hear().answer.headers
    assert headers["Content-Type"] == "text/event-stream"
    assert (headers["Cache-Control"], headers["X-Accel-Buffering"]) == ("no-store", "no")
    assert "Content-Length" not in headers


def test_a_listener_hears_what_a_socket_hears(
    board: Server, hear: Callable[..., EventStream], join_board: Callable[..., BoardClient]
) -> None:
    stream, client = hear(), join_board(board.url, "nba")
    stream.up_to("feed_status")
    client.wait_until(lambda one: one.named("feed_status"))
    poll(board)
    update = stream.up_to("odds_update")[-1]
    client.wait_until(lambda one: one.named("odds_update"))
    assert update.body == client.named("odds_update")[0].body
    assert update.id == f"{update.body['epoch']}-{update.body['version']}"


@pytest.mark.parametrize("by", ["header", "query"])
def test_who_comes_back_is_given_just_what_was_missed(
    by: str, board: Server, hear: Callable[..., EventStream]
) -> None:
    stream, held = hear(), HeldBoard(NBA)
    for event in stream.up_to("feed_status"):
        assert held.take(event.name, event.body) is Verdict.FINE
    stream.close()
    after = held_by(board)
    polled = [poll(board)["version"] for _ in range(3)]
    if by == "header":  # it is newer than the URL, which a browser repeats
        again = hear(after=after, params={"last_event_id": "00000000-1"})
    else:
        again = hear(params={"last_event_id": after})
    heard = again.up_to("feed_status")
    assert [event.body["version"] for event in heard[:-1]] == polled
    for event in heard:
        assert held.take(event.name, event.body) is Verdict.FINE
    assert held.events == board.rest("/api/odds/nba").json()["events"]


@pytest.mark.parametrize("after", ["00000000-1", "here-0", "here-99999"])
def test_who_can_not_be_brought_up_to_date_gets_the_whole_board(
    after: str, board: Server, hear: Callable[..., EventStream]
) -> None:
    until(lambda: poll(board)["version"] > 6)
    epoch = held_by(board).partition("-")[0]
    heard = hear(after=after.replace("here", epoch)).up_to("feed_status")
    assert names(heard) == ["odds_snapshot", "feed_status"]


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        ("curling", {}, 404, "unknown_sport"),
        ("nba?last_event_id=nonsense", {}, 400, "bad_request"),
        ("nba", {"Last-Event-ID": "one-x"}, 400, "bad_request"),
        ("nba", {"Last-Event-ID": "one-" + "9" * 17}, 400, "bad_request"),
        ("nba", {"Origin": "http://evil.example"}, 403, "forbidden_origin"),
    ],
)
def test_what_can_not_be_is_refused_as_a_problem(
    path: str, headers: dict[str, str], status: int, code: str, board: Server
) -> None:
    answer = board.rest(f"/api/stream/{path}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_asking_for_the_headers_takes_no_seat(board: Server) -> None:
    until(lambda: clients(board) == 0, what="nobody listens any more")
    answer = board.rest("/api/stream/nba", "HEAD")
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert clients(board) == 0


@pytest.mark.slow
def test_sockets_and_listeners_share_the_seats(
    sandbox: Sandbox, start_server: Callable[..., Server]
) -> None:
    server = start_server(**sandbox.settings(**BY_HAND, WS_MAX_CONNECTIONS=2))
    socket_, stream = open_socket(server.url), listen(server)
    refused = server.rest("/api/stream/nba")
    assert (refused.status_code, refused.json()["code"]) == (503, "full")
    assert int(refused.headers["Retry-After"]) > 0
    assert status_of(server.url) == 503
    assert server.rest("/api/health").json()["full"] is True
    stream.close()
    until(lambda: clients(server) == 1, what="the seat of who has gone is free")
    listen(server).close()
    socket_.close()


@pytest.mark.slow
@pytest.mark.parametrize("driver", ["eventlet", "gevent", "threading"])
def test_every_driver_tells_says_goodbye_and_resumes(
    driver: str, sandbox: Sandbox, start_server: Callable[..., Server]
) -> None:
    server = start_server(**sandbox.settings(**BY_HAND, ASYNC_MODE=driver))
    poll(server)
    stream, gone = listen(server), listen(server)
    stream.up_to("feed_status")
    gone.close()
    until(lambda: clients(server) == 1, what="who has gone is noticed")
    poll(server)
    heard = stream.up_to("odds_update")
    assert server.stop() == 0
    heard += stream.rest()
    assert heard[-1].name == "bye"
    assert heard[-1].body["reason"] == "restart"
    assert 0 < heard[-1].body["retry_after"] < 30
    server.start()
    version = poll(server)["version"]
    again = listen(server, after=[event.id for event in heard if event.id][-1])
    assert [event.body["version"] for event in again.up_to("odds_update")] == [version]
    again.close()


@pytest.mark.slow
@pytest.mark.parametrize("driver", ["eventlet", "gevent"])
def test_who_takes_nothing_is_closed_and_the_others_hear_on_time(
    driver: str, sandbox: Sandbox, start_server: Callable[..., Server]
) -> None:
    quick = {"WS_WRITE_TIMEOUT_SECONDS": 2, "ASYNC_MODE": driver}
    server = start_server(**sandbox.settings(**BY_HAND, **quick))
    poll(server)
    healthy = listen(server)
    healthy.up_to("feed_status")
    stalled = stop_reading(server)

    def is_dropped() -> bool:
        version = poll(server)["version"]
        assert healthy.up_to("odds_update")[-1].body["version"] == version
        return clients(server) == 1

    until(is_dropped, what="the stalled one is gone")
    stalled.close()
    healthy.close()


def stop_reading(server: Server) -> socket.socket:
    """A listener that has its seat, and takes nothing but the first words."""
    stalled = socket.socket()
    for option in SMALL:
        stalled.setsockopt(*option)
    stalled.connect(("127.0.0.1", server.port))
    stalled.sendall(b"GET /api/stream/nba HTTP/1.1\r\nHost: board\r\n\r\n")
    assert stalled.recv(12) == b"HTTP/1.1 200"
    return stalled


def test_an_event_is_one_line_of_json(hear: Callable[..., EventStream]) -> None:
    lines = hear().answer.iter_lines(chunk_size=1)
    said = [next(lines) for _ in range(6)]
    assert said[:3] == [b"retry: 3000", b"", b"event: odds_snapshot"]
    assert said[3].startswith(b"id: ")
    assert json.loads(said[4].removeprefix(b"data: "))["sport"] == NBA
    assert said[5] == b""


def test_sockets_and_streams_end_when_their_pass_is_signed_out(
    start_sandbox: Callable[..., Sandbox], start_server: Callable[..., Server]
) -> None:
    private = {"BOARD_ACCESS": "private", "BOARD_PASSWORD": "open sesame", "REFRESH_TOKEN": "owner"}
    server = start_server(**start_sandbox().settings(**BY_HAND, **private))
    passes = []
    for _ in range(2):
        entered = server.rest(
            "/login", "POST", data={"password": "open sesame"}, allow_redirects=False
        )
        passes.append({"Cookie": f"linefinder_pass={entered.cookies['linefinder_pass']}"})
    gone, stays = (open_socket(server.url, headers=each) for each in passes)
    stream = server.rest("/api/stream/nba", stream=True, headers=passes[0])
    assert stream.status_code == 200
    server.rest("/logout", "POST", headers=passes[0], allow_redirects=False)
    assert gone.closed_within(5)
    with pytest.raises(requests.RequestException):  # cut off, not ended
        list(stream.iter_content(1024))
    stream.close()
    assert stays.acknowledgement(stays.emit("subscribe", {"sport": "nba"}))["ok"]
    stays.close()
