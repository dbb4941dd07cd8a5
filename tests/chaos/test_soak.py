"""An hour of a board in a minute and a half, from a recording, with viewers who come and go."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

import numpy as np
import pytest

from tests.support.crowd import Crowd, in_a_loop
from tests.support.laws import open_files, resident_mb
from tests.support.recordings import Recordings
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

MLB = "baseball_mlb"
SECONDS, WARM_UP = 90.0, 30.0
VIEWERS = 500
MOST_A_MINUTE = 4.0
"""MB of growth a minute that is no leak: allocators and caches settle for a while."""


async def come_and_go(crowd: Crowd, chance: random.Random) -> None:
    """Some leave, and as many come."""
    for viewer in chance.sample(crowd.viewers, 20):
        viewer.transport.abort()
        crowd.viewers.remove(viewer)
    assert not crowd.faults, crowd.faults[:3]
    for _ in range(20):
        await crowd.join(chance.random() < 0.5)


@pytest.mark.long
def test_an_hour_with_viewers_who_come_and_go_leaves_memory_flat(
    recordings: Recordings,
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
) -> None:
    name = next(name for name in recordings.names() if name.startswith("mlb"))
    # the recording is of one poll in five minutes: so fast each poll of ours finds another of its
    sandbox = start_sandbox("--recording", recordings.path(name), "--speed", 300)
    server = start_server(
        **sandbox.settings(
            POLL_ENABLED="true",
            POLL_INTERVAL_SECONDS=1,
            POLL_SPORTS="mlb",
            POLL_ALLOW_EXHAUSTION="true",
            WS_MAX_CONNECTIONS=2000,
        )
    )
    until(lambda: server.rest("/api/odds/mlb").json()["version"], 20)
    crowd, chance = Crowd(server.url, MLB), random.Random(3)
    samples: list[tuple[float, float]] = []

    async def go() -> None:
        await crowd.fill(VIEWERS, together=100)
        began = time.monotonic()
        while (elapsed := time.monotonic() - began) < SECONDS:
            await come_and_go(crowd, chance)
            await asyncio.sleep(0.5)
            samples.append((elapsed, resident_mb(server.pid)))
        files = open_files(server.pid)
        assert files < VIEWERS + 100, f"{files} files are open"
        assert not crowd.faults, crowd.faults[:3]
        await crowd.leave()

    in_a_loop(go)
    late = np.array([sample for sample in samples if sample[0] > WARM_UP])
    slope = 60 * np.polyfit(late[:, 0], late[:, 1], 1)[0]
    polls = server.log.count("polled baseball_mlb")
    print(
        f"{len(samples) * 20} came and went, {polls} polls, {late[-1, 1]:.0f} MB, {slope:+.1f}/min"
    )
    assert slope < MOST_A_MINUTE
    assert polls >= 0.8 * SECONDS, "no poll was missed"
    until(lambda: open_files(server.pid) < 60, 30, "no file stays open")
