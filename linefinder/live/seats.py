"""Seats: of the house, and of one address. Who hears has one, by socket or by server-sent events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from linefinder.live.peers import take_seat
from linefinder.serving.proxies import household


class Seats:
    """`is_full` tells of the house; `per_address` is how many one address may have, 0 any number."""

    def __init__(self, is_full: Callable[[], bool], per_address: int = 0) -> None:
        self._is_full, self._most = is_full, per_address
        self._taken = Counter[str]()

    def take(self, environ: Mapping[str, Any]) -> str | None:
        """The address for which a request got a seat, to be given back with it; None where none is
        free."""
        address = household(environ.get("REMOTE_ADDR", ""))
        if self._is_full() or 0 < self._most <= self._taken[address]:
            return None
        take_seat(environ)
        self._taken[address] += 1
        return address

    def leave(self, address: str) -> None:
        """The seat is free."""
        self._taken[address] -= 1
        if self._taken[address] <= 0:
            del self._taken[address]
