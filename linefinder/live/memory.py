"""Whether the process holds more memory than it may, and for how many viewers that was enough."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from linefinder.logs import named

log = logging.getLogger("linefinder.sockets")


def resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _mb(size: int) -> str:
    return f"{size / 2**20:.0f}"


class Memory:
    """`limit`: bytes, 0 for none. `clients` counts everybody who has a seat.

    The interpreter gives little back of what viewers held who have gone: a process that reached its
    limit with thousands stays above it without any. What they held serves the next to come, so as many
    are let in again as were there when the limit was reached.
    """

    def __init__(self, limit: int, clients: Callable[[], int]) -> None:
        self._limit, self._clients = limit, clients
        self._last = (0, limit)
        """Clients and bytes at the last look that found enough."""
        self._room: int | None = None
        """For how many it is enough; None while the limit is not reached."""
        self._most = limit

    @property
    def is_short(self) -> bool:
        """Whether there is none for one more."""
        return self._room is not None and self._clients() >= self._room

    def look(self, held: int) -> int:
        """The bytes beyond the limit that are new since the last look; once a second or so. What was
        held before is not given back whoever is closed."""
        clients = self._clients()
        if not self._limit or held <= self._limit:
            if self._room is not None:
                log.info("memory is enough again: %s MB", _mb(held), extra=named("memory_enough"))
            self._room, self._last, self._most = None, (clients, held), self._limit
            return 0
        if self._room is None:
            before, enough = self._last
            share = (self._limit - enough) / (held - enough)
            self._room = before + int((clients - before) * share)
            log.warning(
                "memory is short: %s MB of WS_MEMORY_LIMIT_MB=%s are held, so that no more than %s "
                "viewers are let in",
                _mb(held), _mb(self._limit), self._room, extra=named("memory_short"),
            )  # fmt: skip
        excess, self._most = max(0, held - self._most), max(held, self._most)
        return excess
