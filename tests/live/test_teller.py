"""What rooms are told of time that passes."""

from __future__ import annotations

from typing import Any

from linefinder import wire
from linefinder.board import Boards
from linefinder.live.teller import HEARTBEAT, Teller
from tests.support.rooms import NBA, Clock


class Room:
    """Hears the names of all messages."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def emit(self, name: str, *_: Any, **__: Any) -> None:
        self.heard.append(name)

    def tell(self, *_: Any) -> None:
        pass


def test_silence_is_broken_also_where_the_clock_was_set_back() -> None:
    """Else every viewer would come anew each 45 s until it has caught up."""
    clock, room, boards = Clock(), Room(), Boards("american", None)
    boards.titles[NBA] = "NBA"
    teller: Any = Teller(room, room, boards, clock)  # type: ignore[arg-type]
    teller.tick()
    clock.pass_by(-3600)
    teller.tick()
    assert room.heard == [wire.STATUS] * 2
    clock.pass_by(HEARTBEAT.total_seconds() - 1)
    teller.tick()
    assert len(room.heard) == 2
    clock.pass_by(1)
    teller.tick()
    assert len(room.heard) == 3
