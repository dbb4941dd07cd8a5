"""Every recording through sandbox, poller, database and a real client: the board is always right."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.client import BoardClient
from tests.support.engine import Message
from tests.support.judge import checksum_of, read_by_hand
from tests.support.recordings import Poll, Recordings
from tests.support.sandbox import Sandbox
from tests.support.server import Server

NAMES = ["mlb-2026-07", "mlb-2026-08-5min", "nfl-2025-10", "wnba-2026-07", "worldcup-2026-06"]
DENSE = "mlb-2026-08-5min"
AT_MOST = 1 / 18
"""Of the bytes of the compact answers: what the updates of the dense recording may take."""
FREELY = {"REFRESH_COOLDOWN_SECONDS": 0, "REFRESH_PER_HOUR": 100_000, "POLL_ENABLED": "false"}


class Replay:
    """A server that polls a recording step by step, and a client that holds its board."""

    def __init__(self, server: Server, sandbox: Sandbox, client: BoardClient, sport: str) -> None:
        self.server, self.sandbox, self.client, self.sport = server, sandbox, client, sport
        self.shift = timedelta(seconds=sandbox.state()["shift_seconds"])

    def poll(self, index: int) -> Any:
        """Poll answer number `index`; what the refresh said, once the client is there too."""
        self.sandbox.step(index)
        answer = self.server.rest(f"/api/refresh/{self.sport}", "POST")
        assert answer.ok, answer.text
        told = answer.json()
        self.client.wait_until(lambda one: one.board.version == told["version"])
        return told

    def expected(self, poll: Poll) -> Any:
        """The events of the board that must be held after that poll."""
        board = read_by_hand(poll.odds)
        for event in board.values():
            starts = datetime.fromisoformat(event["starts_at"]) + self.shift
            event["starts_at"] = starts.strftime("%Y-%m-%dT%H:%M:%SZ")
        return board


@pytest.fixture
def replay(
    recordings: Recordings,
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
    join_board: Callable[..., BoardClient],
) -> Callable[[str], Replay]:
    def play(name: str) -> Replay:
        sport = next(recordings.polls(name)).sport
        sandbox = start_sandbox("--recording", recordings.path(name))
        server = start_server(**sandbox.settings(POLL_SPORTS=sport, **FREELY))
        client = join_board(server.url, sport)
        client.wait_until(lambda one: one.board.epoch)
        return Replay(server, sandbox, client, sport)

    return play


def bytes_of(messages: list[Message]) -> int:
    return sum(len(compact(["odds_update", one.body])) for one in messages)


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def follow(replay: Replay, polls: list[Poll]) -> tuple[int, int]:
    """Poll every answer and compare; bytes of the answers after the first, and of the updates."""
    answers = 0
    for index, poll in enumerate(polls):
        told = replay.poll(index)
        board = replay.client.board
        assert board.events == replay.expected(poll), f"poll {index}, version {told['version']}"
        assert board.checksum == checksum_of(board.events)
        answers += len(compact(poll.odds)) if index else 0
    client = replay.client
    assert (client.mismatches, client.resyncs) == (0, 0)
    updates = client.named("odds_update")[1:]
    versions = [one.body["version"] for one in updates]
    assert versions == list(range(2, (client.board.version or 0) + 1))
    return answers, bytes_of(updates)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_client_holds_what_the_provider_served(
    name: str, recordings: Recordings, replay: Callable[[str], Replay]
) -> None:
    answers, updates = follow(replay(name), list(recordings.polls(name))[:30])
    assert updates < answers / 5


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_client_holds_what_the_provider_served_over_a_whole_recording(
    name: str, recordings: Recordings, replay: Callable[[str], Replay]
) -> None:
    polls = list(recordings.polls(name))
    answers, updates = follow(replay(name), polls)
    print(f"{name}: {len(polls)} polls, updates 1/{answers / updates:.1f} of the answers")
    assert name != DENSE or updates <= answers * AT_MOST


@pytest.mark.slow
def test_a_poll_in_which_only_stamps_moved_sends_no_update(
    recordings: Recordings, replay: Callable[[str], Replay]
) -> None:
    polls = list(recordings.polls("wnba-2026-07"))
    boards = [read_by_hand(poll.odds) for poll in polls[:300]]
    same = next(i for i in range(1, 300) if boards[i] == boards[i - 1] and boards[i])
    assert polls[same].odds != polls[same - 1].odds
    played = replay("wnba-2026-07")
    before = played.poll(same - 1)
    statuses = len(played.client.named("feed_status"))
    after = played.poll(same)
    assert (after["version"], after["changed"]) == (before["version"], False)
    played.client.wait_until(lambda one: len(one.named("feed_status")) > statuses)
    assert len(played.client.named("odds_update")) == 1
    assert played.client.board.feed["data_at"] is not None
