"""The load, a process of its own steered by lines: `python -m tests.bench._crowd URL VIEWERS SHARE`.

A share of the viewers offers permessage-deflate; a fourth argument says how many stop reading.

`expect N` waits until everyone has heard N updates since the last `expect`, and answers with when the
last one had each; then come faults, if any, and the bytes taken. It never sleeps while it waits: to
wake a process on the same machine is work of the one that sends, and it would be paid by whoever sends
more slowly than the load reads, were it asleep.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from typing import Any

from tests.bench._season import SPORT
from tests.support.crowd import Crowd, Said, Viewer
from tests.support.judge import checksum_of, merge

PATIENCE_SECONDS = 60


class Listener:
    """When everyone has heard each version; the first viewer's board is checked to the last line."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self.times: dict[int, list[float]] = {}
        self.stalled = self._expected = 0
        self._events: Any = None
        self.checked = 0
        crowd.heard = self.hear

    def hear(self, viewer: Viewer, word: Said) -> None:
        if viewer is self._crowd.viewers[0]:
            self._check(viewer, word)
        if word.name == "odds_update":
            self.times.setdefault(word.body["version"], []).append(time.monotonic())

    def stall(self, count: int) -> None:
        """So many of the last who came read nothing any more."""
        self.stalled = count
        for viewer in self._crowd.viewers[len(self._crowd.viewers) - count :]:
            viewer.transport.pause_reading()

    def _check(self, viewer: Viewer, word: Said) -> None:
        if word.name == "odds_snapshot":
            self._events = word.body.get("events")
        elif word.name == "odds_update" and self._events is not None:
            self._events = merge(self._events, word.body["patch"])
            self.checked += 1
            if checksum_of(self._events) != word.body["checksum"]:
                viewer.faults.append(f"the checksum of {word.body['version']} differs")

    async def expect(self, versions: int) -> dict[str, Any]:
        self._expected += versions  # of which some may be here before this is asked
        total = len(self._crowd.viewers) - self.stalled
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if len(self.times) >= self._expected and all(
                len(each) >= total for each in self.times.values()
            ):
                break
            await asyncio.sleep(0)
        heard = [sorted(self.times[version]) for version in sorted(self.times)[-versions:]]
        return {
            "last": [each[-1] for each in heard],
            "p99": [each[len(each) * 99 // 100] for each in heard],
            "faults": self._crowd.faults[:5],
            "checked": self.checked,
            "lost": max(0, self._crowd.lost - self.stalled),
            "taken": sum(viewer.taken for viewer in self._crowd.viewers),
        }


async def attend(url: str, viewers: int, share: float, stalled: int) -> None:
    crowd = Crowd(url, SPORT)
    listener = Listener(crowd)
    seconds = await crowd.fill(viewers, share)
    listener.stall(stalled)
    print(json.dumps({"seconds": seconds}), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await listener.expect(int(line.split()[1]))), flush=True)
    await crowd.leave()


if __name__ == "__main__":
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    url_, viewers_, share_, stalled_ = [*sys.argv[1:], "0"][:4]
    asyncio.run(attend(url_, int(viewers_), float(share_), int(stalled_)))
