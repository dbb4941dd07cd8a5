"""The client manager alone: who hears what, in which order, when several tell rooms at once."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import socketio

from linefinder import wire
from linefinder.live import fanout
from linefinder.live.engine import Engine
from linefinder.live.fanout import Fanout
from linefinder.live.frames import Frames
from linefinder.live.outbox import Delivery


class Heard:
    """Stands in for an outbox whose messages wait."""

    direct = None

    def __init__(self) -> None:
        self.frames: list[Frames] = []
        self.sports: list[str | None] = []

    def push(self, frames: Frames, sport: str | None = None) -> None:
        self.frames.append(frames)
        self.sports.append(sport)

    @property
    def words(self) -> list[str]:
        """The payloads of the frames, which are short here."""
        return [frames.plain[2:].decode() for frames in self.frames]


def house_of(manager: Fanout, members: int) -> tuple[Any, dict[str, Heard]]:
    """A server whose room `all` has so many members, and what each of them heard."""
    server = socketio.Server(async_mode="threading", client_manager=manager)
    Engine.become(server.eio, Delivery(1000, 1.0))
    heard = {f"sid{number}": Heard() for number in range(members)}
    for sid, outbox in heard.items():
        server.eio.outboxes[f"e{sid}"] = outbox
        for room in (None, sid, "all"):
            manager.basic_enter_room(sid, "/", room, f"e{sid}")
    return server, heard


@pytest.fixture
def restless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pause after each member."""
    monkeypatch.setattr(fanout, "PORTION", 1)
    monkeypatch.setattr(fanout, "HOLD_SECONDS", 0.0)


def test_two_who_tell_a_room_at_once_take_turns(restless: None) -> None:
    server, heard = house_of(Fanout(), 20)
    server.sleep = lambda _: time.sleep(0.0001)
    tellers = [
        threading.Thread(
            target=lambda name=name: [server.emit(name, n, to="all") for n in range(5)]
        )
        for name in "abc"
    ]
    for teller in tellers:
        teller.start()
    for teller in tellers:
        teller.join(10)
    orders = {tuple(one.words) for one in heard.values()}
    assert len(orders) == 1, "all heard the same in the same order"
    (order,) = orders
    assert len(order) == 15
    for name in "abc":
        assert [word for word in order if name in word] == [f'42["{name}",{n}]' for n in range(5)]


def test_who_left_during_a_pause_is_told_no_more_and_who_came_is_not_told_yet(
    restless: None,
) -> None:
    server, heard = house_of(Fanout(), 4)
    manager = server.manager
    heard["late"] = Heard()
    server.eio.outboxes["elate"] = heard["late"]
    manager.basic_enter_room("late", "/", None, "elate")
    pauses: list[int] = []

    def sleep(_: float) -> None:
        if not pauses:
            manager.leave_room("sid2", "/", "all")
            manager.basic_enter_room("late", "/", "all", "elate")
        pauses.append(1)

    server.sleep = sleep
    server.emit("word", 1, to="all")
    assert [len(one.words) for one in heard.values()] == [1, 1, 0, 1, 0]
    server.emit("word", 2, to="all")
    assert [len(one.words) for one in heard.values()] == [2, 2, 0, 2, 1]


def test_a_message_is_framed_once_for_all_and_a_shared_one_once_for_good() -> None:
    server, heard = house_of(Fanout(), 3)
    server.emit("word", {"a": 1}, to="all")
    assert len({id(one.frames[0]) for one in heard.values()}) == 1
    shared = wire.Shared(sport="nba", version=7)
    for sid in heard:
        server.emit(wire.SNAPSHOT, shared, to=sid)
    assert len({id(one.frames[1]) for one in heard.values()}) == 1
    assert {tuple(one.sports) for one in heard.values()} == {(None, "nba")}


def test_the_rest_of_emit_is_as_ever() -> None:
    server, heard = house_of(Fanout(), 3)
    server.enter_room("sid1", "some")
    server.emit("none")
    server.emit("two", (1, 2), to="sid0")
    server.emit("skip", 3, to="all", skip_sid=["sid0", "sid1"])
    server.emit("several", 4, to=["sid2", "some"])
    server.emit("nobody", 5, to="nowhere")
    server.disconnect("sid2", ignore_queue=True)
    server.emit("gone", 6, to="all")
    assert [one.words for one in heard.values()] == [
        ['42["none"]', '42["two",1,2]', '42["gone",6]'],
        ['42["none"]', '42["several",4]', '42["gone",6]'],
        ['42["none"]', '42["skip",3]', '42["several",4]'],
    ]
