"""Streams: whatever happens to the messages, a client that follows the rule ends up right."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linefinder import wire
from linefinder.board import Stream
from linefinder.domain.odds import Board, Odds, Position
from linefinder.domain.stream import advance, missed
from tests.domain.boards import BOARDS, CHAINS, NOW, Events
from tests.support.judge import HeldBoard, Verdict

SPORT, EPOCH = "basketball_nba", "9f2c41d0"
FEED = {"status": "live"}
FATES = st.sampled_from(["arrives", "is lost", "comes twice", "is late"])


class Room:
    """A server's stream, and the messages that it sent."""

    def __init__(self, keep: int, version: int = 0) -> None:
        self.keep = keep
        self.stream = Stream(Board(SPORT, EPOCH, "american", version))
        self.sent: list[tuple[str, Any]] = []

    def poll(self, events: Events) -> None:
        """Advance to `events` and say so, as a poll does."""
        odds = Odds(events, {}, {})
        now = NOW + timedelta(seconds=len(self.sent))
        board, texts, delta = advance(self.stream.board, self.stream.texts, odds, now)
        if delta is None:
            self.say("feed_status", self.status())
            return
        update = wire.update_of(EPOCH, delta)
        self.stream = self.stream.following(board, texts, update, self.keep)
        self.say("odds_update", wire.update_dict(SPORT, update, FEED))

    def status(self) -> Any:
        return wire.status_dict(self.stream.board, FEED)

    def say(self, name: str, message: Any) -> None:
        self.sent.append((name, decoded(message)))

    def answer(self, position: dict[str, Any]) -> list[tuple[str, Any]]:
        """What a subscribe is answered with."""
        held = Position(position["epoch"], position["version"]) if position else None
        missing = self.stream.recover(held)
        status = ("feed_status", decoded(self.status()))
        if missing is None:
            whole = wire.board_dict(self.stream.board, self.stream.events_json, FEED)
            return [("odds_snapshot", decoded(whole)), status]
        updates = [decoded(wire.update_dict(SPORT, update, FEED)) for update in missing]
        return [*(("odds_update", update) for update in updates), status]


def decoded(message: Any) -> Any:
    """The message as a client gets it."""
    return json.loads(wire.encode(message))


class Viewer:
    """A client that follows the rule; it counts how often it had to ask and to throw away."""

    def __init__(self, room: Room) -> None:
        self.room, self.held = room, HeldBoard(SPORT)
        self.asked = self.mismatches = 0
        self.subscribe()

    def subscribe(self) -> None:
        self.asked += 1
        for name, message in self.room.answer(self.held.position):
            self.hear(name, message)

    def hear(self, name: str, message: Any) -> None:
        verdict = self.held.take(name, message)
        if verdict is Verdict.MISMATCH:
            self.mismatches += 1
            self.held.drop()
        if verdict not in (Verdict.FINE, Verdict.IGNORED):
            self.subscribe()  # AHEAD too: the 2 s in which it could still come are over


def same(held: HeldBoard, board: Board) -> bool:
    expected = decoded(wire.board_dict(board, None, FEED))
    del expected["feed"]
    return bool(held.whole() == expected)


@given(CHAINS, st.lists(FATES, min_size=5, max_size=5), st.integers(1, 4), st.randoms())
def test_a_client_converges_whatever_happens_to_the_messages(
    chain: list[Events], fates: list[str], keep: int, dice: Any
) -> None:
    room = Room(keep)
    viewer = Viewer(room)
    late: list[tuple[str, Any]] = []
    for events, fate in zip(chain, fates, strict=False):
        room.poll(events)
        if fate == "is late":
            late.append(room.sent[-1])
        elif fate != "is lost":
            viewer.hear(*room.sent[-1])
        if fate == "comes twice":
            viewer.hear(*room.sent[-1])
    dice.shuffle(late)
    for message in late:
        viewer.hear(*message)
    viewer.hear("feed_status", decoded(room.status()))
    assert viewer.mismatches == 0
    assert same(viewer.held, room.stream.board)


@given(CHAINS)
def test_a_client_that_hears_everything_never_asks_again(chain: list[Events]) -> None:
    room = Room(keep=256)
    viewer = Viewer(room)
    for events in chain:
        room.poll(events)
        viewer.hear(*room.sent[-1])
        assert same(viewer.held, room.stream.board)
    assert viewer.asked == 1


@given(CHAINS, st.integers(0, 9), st.integers(1, 4))
def test_a_recovery_is_whole_or_there_is_none(chain: list[Events], version: int, keep: int) -> None:
    room = Room(keep)
    for events in chain:
        room.poll(events)
    current = room.stream.board.version
    updates = room.stream.recover(Position(EPOCH, version))
    if updates is None:
        assert version > current or version < current - keep
        return
    steps = [(update.from_version, update.version) for update in updates]
    assert steps == [(number, number + 1) for number in range(version, current)]


@given(CHAINS, st.integers(1, 4))
def test_the_last_updates_are_kept_and_no_others(chain: list[Events], keep: int) -> None:
    room = Room(keep)
    for events in chain:
        room.poll(events)
    current = room.stream.board.version
    kept = [update.version for update in room.stream.updates]
    assert kept == list(range(max(1, current - keep + 1), current + 1))


@pytest.mark.parametrize(
    ("held", "answer"),
    [
        (None, None),
        (Position("another", 5), None),
        (Position(EPOCH, 2), None),
        (Position(EPOCH, 3), range(4, 6)),
        (Position(EPOCH, 5), range(6, 6)),
        (Position(EPOCH, 6), None),
    ],
)
def test_what_was_missed_depends_on_the_position_alone(held: Any, answer: Any) -> None:
    assert missed(held, Position(EPOCH, 5), oldest=3) == answer


def test_who_holds_the_current_version_missed_nothing() -> None:
    fresh = Room(keep=3, version=7)
    assert fresh.stream.recover(Position(EPOCH, 7)) == []
    assert fresh.stream.recover(Position(EPOCH, 6)) is None


@given(BOARDS)
def test_a_poll_that_changes_nothing_moves_neither_version_nor_time(events: Events) -> None:
    room = Room(keep=3)
    room.poll(events)
    before = room.stream
    room.poll(json.loads(json.dumps(events), object_pairs_hook=with_tuples))
    assert room.stream is before
    assert [name for name, _ in room.sent][1:] == ["feed_status"]


def with_tuples(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in pairs}


@given(st.lists(st.integers(-5_000, 5_000), min_size=1, max_size=6))
@example([0, -3000, 1])
def test_a_version_is_never_before_its_predecessor(steps: list[int]) -> None:
    """The clock of a machine may be set back; the time of a version may not."""
    board = Board(SPORT, EPOCH, "american")
    texts: dict[str, str] = {}
    times = []
    for index, step in enumerate(steps):
        events = {"e": {"starts_at": f"2026-11-24T00:10:0{index}Z", "lines": {}}}
        now = NOW + timedelta(milliseconds=step, microseconds=777)
        board, texts, delta = advance(board, texts, Odds(events, {}, {}), now)
        assert delta is not None
        assert delta.time.microsecond % 1000 == 0
        times.append(delta.time)
    assert times == sorted(times)


def test_bookmakers_are_named_when_they_are_new_or_renamed() -> None:
    def step(board: Board, names: dict[str, str], start: str) -> tuple[Board, dict[str, str]]:
        odds = Odds({"e": {"starts_at": start, "lines": {}}}, names, {})
        board, _, delta = advance(board, {}, odds, NOW)
        assert delta is not None
        return board, delta.bookmakers

    board = Board(SPORT, EPOCH, "american")
    board, named = step(board, {"dk": "DraftKings", "fd": "FanDuel"}, "1")
    assert named == {"dk": "DraftKings", "fd": "FanDuel"}
    board, named = step(board, {"dk": "DraftKings", "fd": "FanDuel!"}, "2")
    assert named == {"fd": "FanDuel!"}
    board, named = step(board, {}, "3")
    assert named == {}
    assert board.bookmakers == {"dk": "DraftKings", "fd": "FanDuel!"}
