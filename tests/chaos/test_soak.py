"""Half a day of a board in three minutes, from a recording, with viewers who come and go.

`SOAK_SECONDS=3600 python -m pytest -m long tests/chaos/test_soak.py -s`: a week in an hour.
"""

from __future__ import annotations

import asyncio
import os
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
SECONDS = float(os.environ.get("SOAK_SECONDS", "180"))
WARM_UP = max(120.0, SECONDS / 6)
"""What a process keeps of the polls it made is full after about a hundred."""
VIEWERS = 500
MOST_A_MINUTE = 4.0 if SECONDS < 600 else 0.2
"""MB of growth a minute that is no leak: allocators and caches settle for a while."""
RECORDING, SPEED, EVERY = ("mlb-2026-08-5min", 300, 1) if SECONDS < 600 else ("mlb-2026-07", 168, 5)
"""So fast each poll of ours finds another of its: one in five minutes, or in fifteen."""


async def come_and_go(crowd: Crowd, chance: random.Random) -> None:
    """Some leave, and as many come."""
    for viewer in chance.sample(crowd.viewers, 20):
        viewer.transport.abort()
        crowd.viewers.remove(viewer)
    assert not crowd.faults, crowd.faults[:3]
    for _ in range(20):
        await crowd.join(chance.random() < 0.5)


@pytest.mark.long
def test_hours_with_viewers_who_come_and_go_leaves_memory_flat(
    recordings: Recordings,
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
) -> None:
    sandbox = start_sandbox("--recording", recordings.path(RECORDING), "--speed", SPEED)
    server = start_server(
        **sandbox.settings(
            POLL_ENABLED="true",
            POLL_INTERVAL_SECONDS=EVERY,
            POLL_SPORTS="mlb",
            POLL_ALLOW_EXHAUSTION="true",
            WS_MAX_CONNECTIONS=2000,
            RESUME_VERSIONS=16,  # 256, as it is by default, would be kept only after four minutes
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
    assert polls >= 0.8 * SECONDS / EVERY, "no poll was missed"
    until(lambda: open_files(server.pid) < 60, 30, "no file stays open")
