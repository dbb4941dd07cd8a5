"""Telling a room: every viewer hears every version once and in order, whatever else goes on."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.conftest import BY_HAND, poll
from tests.support.crowd import Crowd, Said, Viewer, in_a_loop
from tests.support.process import Program
from tests.support.sandbox import Sandbox
from tests.support.server import Server

NBA = "basketball_nba"
VIEWERS, ROUNDS = 60, 12


@pytest.fixture(scope="module")
def paused(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Iterator[Server]:
    """A server that pauses after each client it tells."""
    server = Server(tmp_path_factory.mktemp("paused"), **sandbox.settings(**BY_HAND))
    server.arguments = ["-m", "tests.support.paused"]
    server.start()
    poll(server)
    yield server
    server.close()


def watch(
    crowd: Crowd, server: Server, viewers: int = VIEWERS, rounds: int = ROUNDS, share: float = 0.5
) -> None:
    """Fill the room and poll again and again; every time all who are there must hear of it."""

    async def go() -> None:
        try:
            await crowd.fill(viewers, share)
            for _ in range(rounds):
                told = await asyncio.to_thread(poll, server)
                await settle(crowd, told["version"])
        finally:
            await crowd.leave()

    in_a_loop(go)


async def settle(crowd: Crowd, version: int, but: Viewer | None = None) -> None:
    """Until everyone who is still there holds this version, `but` for one."""

    def behind() -> list[Viewer]:
        here = [one for one in crowd.viewers if not one.gone and one is not but]
        return [one for one in here if (one.version or 0) < version]

    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        if not behind():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{len(behind())} never heard of {version}: {crowd.faults}")


@pytest.mark.slow
def test_everyone_hears_every_version_once_and_in_order(paused: Server) -> None:
    crowd = Crowd(paused.url, NBA)
    watch(crowd, paused)
    assert not crowd.faults
    assert {one.updates for one in crowd.viewers} == {ROUNDS}
    assert {one.snapshots for one in crowd.viewers} == {1}
    kinds = {bool(one.negotiated) for one in crowd.viewers}
    assert kinds == {True, False}, "some take deflated frames and some plain ones"
    for one in crowd.viewers:
        assert ("no_context_takeover" in one.negotiated) == one.deflates


@pytest.mark.slow
def test_who_comes_goes_and_comes_back_while_the_room_is_told_misses_nothing(
    paused: Server,
) -> None:
    """Each update that somebody hears makes somebody else do something: join, resume, ask again,
    leave without a word. So all of it falls between two portions of the same emit."""
    crowd, chance = Crowd(paused.url, NBA), random.Random(5)

    def act(viewer: Viewer, word: Said) -> None:
        here = [one for one in crowd.viewers if one.subscribed and not one.gone]
        if word.name != "odds_update" or len(crowd.viewers) > 600 or chance.random() < 0.7:
            return
        other = chance.choice(here)
        position = {"epoch": word.body["epoch"], "version": other.version}
        held = position if other.version is not None and chance.random() < 0.7 else None
        if chance.random() < 0.5:
            other.transport.abort()
        if chance.random() < 0.3 and not other.gone:
            other.held = position
            other.subscribe()
        crowd.invite(chance.random() < 0.5, held)

    crowd.heard = act
    watch(crowd, paused)
    assert not crowd.faults
    assert len(crowd.viewers) > 2 * VIEWERS


@pytest.mark.slow
def test_who_stops_reading_gets_the_board_when_it_reads_again_and_the_others_notice_nothing(
    sandbox: Sandbox, tmp_path: Path, programs: list[Program]
) -> None:
    patient = {
        **BY_HAND,
        "WS_WRITE_TIMEOUT_SECONDS": 60,
    }  # it is slow, however slow this machine is
    server = Server(tmp_path, **sandbox.settings(**patient, WS_MAX_BUFFER_KB=16))
    server.arguments = ["-m", "tests.support.paused"]
    programs.append(server)
    server.start()
    poll(server)
    crowd = Crowd(server.url, NBA, rcvbuf=4096)

    async def go() -> None:
        await crowd.fill(10)
        slow = crowd.viewers[0]
        slow.transport.pause_reading()
        while not counted(server, "dropped"):
            told = await asyncio.to_thread(poll, server)
            await settle(crowd, told["version"], but=slow)
        assert counted(server, "buffer_bytes") <= 16 * 1024
        slow.transport.resume_reading()
        told = await asyncio.to_thread(poll, server)
        await settle(crowd, told["version"])
        await crowd.leave()

    in_a_loop(go)
    assert not crowd.faults
    assert [one.snapshots for one in crowd.viewers] == [2] + [1] * 9
    assert (counted(server, "conflated"), counted(server, "stalled")) == (1, 0)


def counted(server: Server, name: str) -> int:
    lines = server.rest("/metrics").text.splitlines()
    return next(
        int(float(line.split()[1]))
        for line in lines
        if line.startswith((f"linefinder_{name} ", f"linefinder_{name}_total "))
    )


@pytest.mark.slow
def test_the_metrics_count_what_was_delivered(paused: Server) -> None:
    metrics = paused.rest("/metrics").text
    for name in ("deliveries", "dropped", "conflated", "stalled"):
        assert f"linefinder_{name}_total " in metrics
    assert 'linefinder_emit_seconds_bucket{le="+Inf"}' in metrics


@pytest.mark.slow
def test_stock_fan_out_is_one_setting_away(
    sandbox: Sandbox, start_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = start_server(**sandbox.settings(**BY_HAND, FANOUT="stock"))
    poll(server)
    crowd = Crowd(server.url, NBA)
    watch(crowd, server, viewers=5, rounds=1)
    assert not crowd.faults
    assert not any("no_context_takeover" in one.negotiated for one in crowd.viewers)
    assert {one.updates for one in crowd.viewers} == {1}
