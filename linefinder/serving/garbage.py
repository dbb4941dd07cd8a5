"""Looking for garbage without keeping ten thousand viewers waiting.

The interpreter's collector goes through everything that is alive: 72 objects a viewer, half a second
with ten thousand, during which nobody is served. A viewer that leaves leaves nothing for it
(tests/live/test_leaving.py), so nearly all it could find is young, and is found young.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

COLLECT_AFTER = (20_000, 4, 1_000_000)
"""At the interpreter's 700 a storm of connects spends its time looking through viewers for garbage. Of
what is new up to 100,000 objects are looked through at once, 22 to 42 ms; of all, never by itself."""

CALM_CLIENTS = 1_000
"""With so many looking through all takes 41 to 50 ms; with 2,500 140, with 10,000 500."""

CALM_SECONDS = 600
LONGEST_SECONDS = 86_400


def collect_seldom() -> None:
    """Look for garbage less often, and never again in what the start has made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


class Garbage:
    """Old garbage is looked for every ten minutes while few are there, and else once a day."""

    def __init__(
        self,
        clients: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
        collect: Callable[[], int] = gc.collect,
    ) -> None:
        self._clients, self._clock, self._collect = clients, clock, collect
        self._last = clock()

    def tick(self) -> None:
        """Have a look, if it is time."""
        age = self._clock() - self._last
        is_calm = self._clients() <= CALM_CLIENTS
        if age >= (CALM_SECONDS if is_calm else LONGEST_SECONDS):
            self._collect()
            self._last = self._clock()
