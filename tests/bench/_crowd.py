"""The load, a process of its own steered by lines: `python -m tests.bench._crowd URL VIEWERS SHARE`.

`expect N` waits until everyone has heard N updates since the last `expect`, and answers with when the
last one had each; then come faults, if any, and the bytes taken.
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


class Listener:
    """When everyone has heard each version; the first viewer's board is checked to the last line."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self.last: dict[int, float] = {}
        self.count: dict[int, int] = {}
        self._events: Any = None
        self.checked = 0
        crowd.heard = self.hear

    def hear(self, viewer: Viewer, word: Said) -> None:
        if viewer is self._crowd.viewers[0]:
            self._check(viewer, word)
        if word.name == "odds_update":
            version = word.body["version"]
            self.last[version] = time.monotonic()
            self.count[version] = self.count.get(version, 0) + 1

    def _check(self, viewer: Viewer, word: Said) -> None:
        if word.name == "odds_snapshot":
            self._events = word.body.get("events")
        elif word.name == "odds_update" and self._events is not None:
            self._events = merge(self._events, word.body["patch"])
            self.checked += 1
            if checksum_of(self._events) != word.body["checksum"]:
                viewer.faults.append(f"the checksum of {word.body['version']} differs")

    async def expect(self, versions: int) -> dict[str, Any]:
        done = len(self.last) + versions
        total = len(self._crowd.viewers)
        for _ in range(6000):
            if len(self.last) >= done and all(n >= total for n in self.count.values()):
                break
            await asyncio.sleep(0.01)
        last = [self.last[version] for version in sorted(self.last)[-versions:]]
        taken = sum(viewer.taken for viewer in self._crowd.viewers)
        faults, lost = self._crowd.faults[:5], self._crowd.lost
        return {"last": last, "faults": faults, "lost": lost, "taken": taken}


async def attend(url: str, viewers: int, share: float) -> None:
    crowd = Crowd(url, SPORT)
    listener = Listener(crowd)
    seconds = await crowd.fill(viewers, share)
    print(json.dumps({"seconds": seconds}), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await listener.expect(int(line.split()[1]))), flush=True)
    await crowd.leave()


if __name__ == "__main__":
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(attend(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
