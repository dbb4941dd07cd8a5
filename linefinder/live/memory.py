"""Whether the process holds more memory than it may, and for how many viewers that was enough."""

from __future__ import annotations

import os
from collections.abc import Callable


def resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


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

    @property
    def is_short(self) -> bool:
        """Whether there is none for one more."""
        return self._room is not None and self._clients() >= self._room

    def look(self, held: int) -> int:
        """The bytes held beyond the limit, 0 where there are none; once a second or so."""
        excess, clients = held - self._limit, self._clients()
        if not self._limit or excess <= 0:
            self._room, self._last = None, (clients, held)
            return 0
        if self._room is None:
            before, enough = self._last
            share = (self._limit - enough) / (held - enough)
            self._room = before + int((clients - before) * share)
        return excess
