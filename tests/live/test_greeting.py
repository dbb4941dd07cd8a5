"""What newcomers are told is made once, however many come, and anew as soon as it would be wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from linefinder import wire
from linefinder.live.greeting import Greetings
from tests.bench._season import SPORT, START, Season
from tests.live.conftest import BY_HAND, poll
from tests.support.crowd import Crowd, Said, Viewer, in_a_loop
from tests.support.sandbox import Sandbox
from tests.support.server import Server


def test_all_who_come_are_told_by_the_same_messages() -> None:
    season = Season()
    held = season.boards.stream(SPORT).board.position
    update = season.move()
    greetings = Greetings(season.boards)
    first, second = (greetings.of(SPORT, season.now + timedelta(seconds=n)) for n in (0, 1))
    assert first is second
    assert first.snapshot is second.snapshot
    assert first.update(update) is second.update(update)
    (missed,) = first.stream.recover(held) or []
    assert first.update(missed)["version"] == update.version
    assert dict(first.snapshot).keys() == season.boards.snapshot(SPORT, season.now).keys()


def test_a_change_of_board_or_feed_makes_them_anew() -> None:
    season = Season()
    greetings = Greetings(season.boards)
    first = greetings.of(SPORT, season.now)
    season.boards.learn(SPORT, failure="upstream_error")
    failed = greetings.of(SPORT, season.now)
    assert failed.snapshot["feed"]["status"] == "stale" != first.snapshot["feed"]["status"]
    season.move()
    assert greetings.of(SPORT, season.now).snapshot["version"] == first.snapshot["version"] + 1
    later = greetings.of(SPORT, START + timedelta(days=30))
    assert later.status["feed"] == season.boards.feed(SPORT, START + timedelta(days=30))


def test_a_shared_message_is_encoded_as_any_other() -> None:
    season = Season()
    greeting = Greetings(season.boards).of(SPORT, season.now)
    plain = season.boards.snapshot(SPORT, season.now)
    assert wire.encode(greeting.snapshot) == wire.encode(plain)


@pytest.mark.slow
def test_goodbye_spreads_those_who_come_back(
    sandbox: Sandbox, start_server: Callable[..., Server]
) -> None:
    server = start_server(**sandbox.settings(**BY_HAND))
    poll(server)
    crowd, waits = Crowd(server.url, SPORT), []

    def hear(viewer: Viewer, word: Said) -> None:
        if word.name == "bye":
            waits.append(word.body["retry_after"])

    async def go() -> None:
        await crowd.fill(40)
        crowd.heard = hear
        await asyncio.to_thread(server.stop)
        await crowd.leave()

    in_a_loop(go)
    assert len(waits) == 40
    assert len(set(waits)) > 10
    assert all(1 <= wait <= 6 for wait in waits)
