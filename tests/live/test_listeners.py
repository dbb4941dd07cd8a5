"""What waits for a listener: in order, bounded, and never a gap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import has_app_context
from hypothesis import given
from hypothesis import strategies as st

from linefinder import wire
from linefinder.board import Boards, Stream
from linefinder.domain.errors import Refused
from linefinder.domain.odds import Board, Odds
from linefinder.domain.stream import advance
from linefinder.live.listeners import LONGEST_QUEUE, Listener, Listeners
from linefinder.live.seats import Seats
from linefinder.live.teller import Teller
from tests.support.events import Event, events_of
from tests.support.judge import HeldBoard, Verdict
from tests.support.rooms import NBA, Clock, House, open_house

NOBODY: dict[str, Any] = {}


class Silence:
    """A Socket.IO server without sockets."""

    server = SimpleNamespace(manager=SimpleNamespace(rooms={}))

    def emit(self, *_: Any, **__: Any) -> None:
        pass


class Hall:
    """A board that moves when told to, and its listeners."""

    def __init__(self, per_address: int = 0) -> None:
        self.clock, self.boards = Clock(), Boards("american", None)
        self.boards.swap(Stream(Board(NBA, "one", "american")))
        self.boards.learn(NBA, data_at=self.clock())
        self.listeners = Listeners(self.boards, self.clock, Seats(lambda: False, per_address), 10)
        self.teller = Teller(Silence(), self.listeners, self.boards, self.clock)

    def move(self, price: float | None = None) -> None:
        """The next version, told to everyone."""
        held = self.boards.stream(NBA)
        price = held.board.version if price is None else price
        event = {
            "starts_at": "2026-11-24T00:10:00Z",
            "lines": {"dk": {"h2h": {"A": (price, None)}}},
        }
        odds = Odds(events={"e": event}, bookmakers={"dk": "DK"}, confirmed={})
        board, texts, delta = advance(held.board, held.texts, odds, self.clock())
        assert delta
        update = wire.update_of("one", delta)
        with self.boards.lock:
            self.boards.swap(held.following(board, texts, update, 256))
            self.teller.update(NBA, update)

    def join(self) -> Listener:
        return self.listeners.join(NBA, None, NOBODY)

    def dismissed(self) -> None:
        self.teller.goodbye("restart")


def read(listener: Listener) -> list[Event]:
    """All that waits; the hall must have said goodbye."""
    return list(events_of(iter(b"".join(listener).split(b"\n"))))


def test_who_falls_behind_gets_one_snapshot_instead_of_what_was_dropped() -> None:
    hall = Hall()
    listener = hall.join()
    for _ in range(3 * LONGEST_QUEUE):
        hall.move()
    hall.dismissed()
    heard = read(listener)
    assert [event.name for event in heard] == ["odds_snapshot", "feed_status", "bye"]
    assert heard[0].body["version"] == 3 * LONGEST_QUEUE


def test_what_is_being_written_is_finished_before_the_snapshot() -> None:
    hall = Hall()
    listener = hall.join()
    first = next(listener)
    for _ in range(2 * LONGEST_QUEUE):
        hall.move()
    hall.dismissed()
    heard = list(events_of(iter((first + b"".join(listener)).split(b"\n"))))
    assert [event.name for event in heard] == [*["odds_snapshot", "feed_status"] * 2, "bye"]


@given(paces=st.lists(st.integers(1, 2 * LONGEST_QUEUE), max_size=6))
def test_at_any_pace_a_listener_ends_with_the_board_and_without_a_gap(paces: list[int]) -> None:
    hall, written = Hall(), b""
    listener = hall.join()
    for pace in paces:
        written += next(listener)
        for _ in range(pace):
            hall.move()
    hall.dismissed()
    held = HeldBoard(NBA)
    for event in events_of(iter((written + b"".join(listener)).split(b"\n"))):
        if event.name != "bye":
            assert held.take(event.name, event.body) is Verdict.FINE
    assert held.version == hall.boards.stream(NBA).board.version


def test_silence_is_broken_after_30_seconds_also_where_nothing_is_polled() -> None:
    hall = Hall()
    hall.boards.titles["baseball_mlb"] = "MLB"
    listeners = [hall.join(), hall.listeners.join("baseball_mlb", None, NOBODY)]
    hall.teller.tick()
    hall.clock.pass_by(30)
    hall.teller.tick()
    hall.dismissed()
    for listener in listeners:
        status = [event for event in read(listener) if event.name == "feed_status"][-1]
        assert list(status.body["feed"]) == list(wire.PASSING)


def test_who_comes_in_the_last_moment_is_sent_off_at_once() -> None:
    hall = Hall()
    hall.dismissed()
    assert [event.name for event in read(hall.join())][-1] == "bye"


def test_nothing_follows_goodbye() -> None:
    hall = Hall()
    listener = hall.join()
    hall.dismissed()
    said = next(listener)
    hall.move()
    heard = events_of(iter((said + b"".join(listener)).split(b"\n")))
    assert [event.name for event in heard] == ["odds_snapshot", "feed_status", "bye"]


def test_a_seat_is_free_again_however_the_answer_ends() -> None:
    hall = Hall()
    never_begun, begun = hall.join(), hall.join()
    next(begun)
    assert hall.listeners.count(NBA) == hall.listeners.count() == 2
    for listener in (never_begun, begun, begun):
        listener.close()
    assert hall.listeners.count() == 0


def test_an_address_has_its_seat_back_once_however_often_the_end_is_noticed() -> None:
    hall = Hall(per_address=2)
    first, _ = hall.join(), hall.join()
    for _ in range(3):  # the sweep notices, and the server closes the answer
        hall.listeners.leave(first)
    hall.join()
    with pytest.raises(Refused):
        hall.join()


def test_a_stream_holds_no_application_context(house: House) -> None:
    answer = house.app.test_client().get("/api/stream/nba", buffered=False)
    parts = iter(answer.response)
    assert next(parts)
    assert not has_app_context()
    assert house.wiring.clients() == 1
    answer.close()
    assert house.wiring.clients() == 0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened
