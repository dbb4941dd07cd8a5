"""Subscribe and recover, to the letter of the protocol, over real sockets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.conftest import poll
from tests.support.judge import checksum_of, merge
from tests.support.rawsocket import RawSocket, handshake, open_socket, status_of
from tests.support.server import Server
from tests.support.waiting import until

NBA = "basketball_nba"
BOARD = ["sport", "epoch", "version", "time", "odds_format", "checksum", "bookmakers", "events"]
UPDATE = {"sport", "epoch", "from", "version", "time", "checksum", "patch", "feed"}
Heard = list[tuple[str, Any]]


@pytest.fixture
def viewer(board: Server) -> Iterator[RawSocket]:
    raw = open_socket(board.url)
    yield raw
    raw.close()


def say(viewer: RawSocket, name: str, body: Any) -> tuple[Any, Heard]:
    """The acknowledgement of a message, and all that came before it."""
    number = viewer.emit(name, body)
    heard: Heard = []
    while (packet := viewer.receive()) is not None:
        if packet.startswith(f"43{number}["):
            return json.loads(packet.removeprefix(f"43{number}"))[0], heard
        assert packet.startswith("42"), packet
        heard.append(tuple(json.loads(packet[2:])))
    raise AssertionError("closed before the acknowledgement came")


def say_at_once(viewer: RawSocket, names: list[str]) -> list[Any]:
    """The acknowledgements of messages about the NBA that are sent without waiting for any: who asks
    one after the other is allowed the more the slower the machine is."""
    numbers = [viewer.emit(name, {"sport": "nba"}) for name in names]
    return [viewer.acknowledgement(number) for number in numbers]


def names(heard: Heard) -> list[str]:
    return [name for name, _ in heard]


def held_by(board: Server) -> dict[str, Any]:
    held: dict[str, Any] = board.rest(f"/api/odds/{NBA}").json()
    return {"epoch": held["epoch"], "version": held["version"]}


def test_a_first_visit_is_given_the_board_and_then_how_it_stands(
    board: Server, viewer: RawSocket
) -> None:
    told, heard = say(viewer, "subscribe", {"sport": "nba"})
    assert names(heard) == ["odds_snapshot", "feed_status"]
    snapshot, status = (body for _, body in heard)
    assert list(snapshot) == [*BOARD, "feed"]
    assert checksum_of(snapshot["events"]) == snapshot["checksum"]
    position = {name: snapshot[name] for name in ("sport", "epoch", "version")}
    assert told == {"ok": True, **position, "resumed": False}
    assert status == {**position, "checksum": snapshot["checksum"], "feed": snapshot["feed"]}
    rest = board.rest(f"/api/odds/{NBA}").json()
    assert {name: rest[name] for name in BOARD} == {name: snapshot[name] for name in BOARD}


def test_who_missed_nothing_is_told_how_the_board_stands(board: Server, viewer: RawSocket) -> None:
    held = held_by(board)
    told, heard = say(viewer, "subscribe", {"sport": NBA, **held})
    assert names(heard) == ["feed_status"]
    assert told == {"ok": True, "sport": NBA, **held, "resumed": True}


def test_who_missed_updates_is_given_just_these(board: Server, viewer: RawSocket) -> None:
    _, [(_, snapshot), _] = say(viewer, "subscribe", {"sport": "nba"})
    say(viewer, "unsubscribe", {"sport": "nba"})
    last = [poll(board)["version"] for _ in range(3)][-1]
    held = {name: snapshot[name] for name in ("epoch", "version")}
    told, heard = say(viewer, "subscribe", {"sport": "nba", **held})
    assert names(heard) == ["odds_update"] * (last - snapshot["version"]) + ["feed_status"]
    assert (told["version"], told["resumed"]) == (last, True)
    events, version = snapshot["events"], snapshot["version"]
    for _, update in heard[:-1]:
        assert (update["from"], update["version"]) == (version, version + 1)
        events, version = merge(events, update["patch"]), update["version"]
        assert checksum_of(events) == update["checksum"]
    assert events == board.rest(f"/api/odds/{NBA}").json()["events"]


@pytest.mark.parametrize(
    "told_to_hold",
    [
        {"epoch": "00000000", "version": 1},
        {"version": 1},
        {"epoch": None, "version": 1},
        {"epoch": "here", "version": None},
        {"epoch": "here", "version": 10_000},
        {"epoch": "here", "version": "too old"},
    ],
)
def test_who_can_not_be_brought_up_to_date_gets_the_whole_board(
    told_to_hold: dict[str, Any], board: Server, viewer: RawSocket
) -> None:
    held = held_by(board)
    if told_to_hold.get("epoch") == "here":
        told_to_hold = told_to_hold | {"epoch": held["epoch"]}
    if told_to_hold["version"] == "too old":
        now = until(lambda: (version := poll(board)["version"]) > 6 and version)
        told_to_hold = told_to_hold | {"version": now - 6}
    told, heard = say(viewer, "subscribe", {"sport": "nba", **told_to_hold})
    assert names(heard) == ["odds_snapshot", "feed_status"]
    assert (told["ok"], told["resumed"]) == (True, False)


def test_a_room_hears_its_own_sport_alone(board: Server, viewer: RawSocket) -> None:
    say(viewer, "subscribe", {"sport": "nba"})
    poll(board, "nfl")
    version = poll(board, "nba")["version"]
    heard: Heard = []
    while not heard or heard[-1][0] != "odds_update":
        heard.append(json.loads((viewer.receive() or "")[2:]))
    assert {body["sport"] for _, body in heard} == {NBA}
    body = heard[-1][1]
    assert body["version"] == version
    assert set(body) - {"bookmakers"} == UPDATE


def test_who_left_a_room_hears_no_more(board: Server, viewer: RawSocket) -> None:
    say(viewer, "subscribe", {"sport": "nba"})
    told, _ = say(viewer, "unsubscribe", {"sport": "nba"})
    assert told == {"ok": True, "sport": NBA}
    poll(board)
    with pytest.raises(TimeoutError):
        viewer.receive(timeout=0.3)


def test_a_known_sport_that_is_not_polled_has_an_empty_board(viewer: RawSocket) -> None:
    told, [(_, snapshot), _] = say(viewer, "subscribe", {"sport": "mlb"})
    assert told["version"] == 0
    assert (snapshot["events"], snapshot["checksum"], snapshot["time"]) == ({}, 0, None)
    assert snapshot["feed"]["status"] == "waiting"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad_request"),
        ({"sport": None}, "bad_request"),
        ({"sport": 7}, "bad_request"),
        ({"sport": ""}, "bad_request"),
        ({"sport": ["nba"]}, "bad_request"),
        ([], "bad_request"),
        ("nba", "bad_request"),
        (None, "bad_request"),
        ({"sport": "nba", "version": "7", "epoch": "x"}, "bad_request"),
        ({"sport": "nba", "version": -1, "epoch": "x"}, "bad_request"),
        ({"sport": "nba", "version": 1.5, "epoch": "x"}, "bad_request"),
        ({"sport": "nba", "version": True, "epoch": "x"}, "bad_request"),
        ({"sport": "nba", "version": 1, "epoch": 7}, "bad_request"),
        ({"sport": "nba", "more": "x" * 600}, "bad_request"),
        ({"sport": "curling"}, "unknown_sport"),
        ({"sport": "__proto__"}, "unknown_sport"),
    ],
)
def test_a_bad_subscribe_is_refused_and_the_socket_stays(
    body: Any, code: str, viewer: RawSocket
) -> None:
    told, heard = say(viewer, "subscribe", body)
    assert (told["ok"], told["error"]["code"], heard) == (False, code, [])
    assert told["error"]["message"]
    assert say(viewer, "subscribe", {"sport": "nba"})[0]["ok"]


def test_an_unknown_message_is_refused(viewer: RawSocket) -> None:
    told, _ = say(viewer, "shout", {"sport": "nba"})
    assert told["error"]["code"] == "bad_request"


def test_a_flood_is_refused_and_the_calm_after_it_is_not(viewer: RawSocket) -> None:
    answers = say_at_once(viewer, ["unsubscribe"] * 30)
    refused = [told["error"]["code"] for told in answers if not told["ok"]]
    assert set(refused) == {"too_many_requests"}
    assert 5 <= len(refused) <= 12


@pytest.mark.parametrize("name", ["connect", "disconnect"])
def test_nobody_buys_a_new_allowance(name: str, viewer: RawSocket) -> None:
    """Messages with the names that only the server may say: they would reset the count."""
    answers = say_at_once(viewer, [name, "unsubscribe"] * 20)
    codes = {told["error"]["code"] for told in answers if not told["ok"]}
    assert codes == {"bad_request", "too_many_requests"}
    assert sum(told["ok"] for told in answers) <= 16


@pytest.mark.parametrize("text", ['{"a":1}', "[]", "[7]", "nonsense", '["subscribe",1e400]', '"x"'])
def test_what_can_not_be_read_is_refused_like_any_other(text: str, viewer: RawSocket) -> None:
    viewer.send(f"427{text}")
    packet = viewer.receive() or ""
    assert json.loads(packet.removeprefix("437"))[0]["error"]["code"] == "bad_request"


@pytest.mark.parametrize("size", [4200, 100_000])
def test_a_frame_over_four_kilobytes_ends_the_connection(size: int, viewer: RawSocket) -> None:
    viewer.send("42" + json.dumps(["subscribe", {"sport": "x" * size}]))
    assert viewer.closed_within(20)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_a_foreign_page_gets_no_socket(origin: str, board: Server) -> None:
    assert status_of(board.url, origin=origin) in (400, 403)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_the_own_pages_get_a_socket(host: str, board: Server) -> None:
    answer = handshake(board.url, origin=f"http://{host}:{board.port}")
    assert answer.status == 101
    assert answer.raw
    answer.raw.close()


def test_polling_as_a_transport_is_not_offered(board: Server) -> None:
    answer = board.rest("/socket.io/?EIO=4&transport=polling")
    assert answer.status_code == 400
