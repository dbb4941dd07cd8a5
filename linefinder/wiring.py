"""What the factory ties together, as pages and sockets see it: they ask for it by `wiring()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol, cast

from flask import current_app

from linefinder.board import Boards
from linefinder.config import Config
from linefinder.domain.quota import Forecast


class Refreshed(NamedTuple):
    """What a manual refresh did: the position after it and what it cost."""

    sport: str
    epoch: str
    version: int
    changed: bool
    credits: int
    remaining: int | None


class Polling(Protocol):
    """The master switch and what polling means in credits."""

    def is_on(self) -> bool: ...

    def is_stored(self) -> bool:
        """Whether it was switched at run time, which wins over POLL_ENABLED."""

    def switch(self, on: bool) -> None: ...

    def forecast(self, now: datetime) -> Forecast | None: ...

    def is_planned(self, now: datetime) -> bool:
        """Whether polls are planned one by one, because the credits allow no steady cadence."""

    def problem(self, now: datetime) -> str | None:
        """Why polling is not well (scheduler stopped, poller late), None where it is."""


@dataclass
class Wiring:
    """`now` is the clock: aware UTC. `refresh` polls a sport at once and raises Refused."""

    config: Config
    boards: Boards
    now: Callable[[], datetime]
    refresh: Callable[[str], Refreshed]
    polling: Polling
    recorder: Any = None
    jobs: Any = None
    poller: Any = None
    plans: Any = None
    load: Callable[[], None] = lambda: None
    teller: Any = None
    delivery: Any = None
    clients: Callable[[], int] = lambda: 0
    is_short: Callable[[], bool] = lambda: False
    viewers: Callable[[str], int] = lambda sport: 0
    waiting: Callable[[], int] = lambda: 0
    origins: tuple[str, ...] = ()
    counts: dict[str, Any] = field(default_factory=dict)

    def is_full(self) -> bool:
        """Whether nobody more is let in: every seat is taken, or memory is short."""
        return self.is_short() or self.clients() >= self.config.ws_max_connections


def wiring() -> Wiring:
    """The wiring of the application that is serving."""
    return cast(Wiring, current_app.extensions["linefinder"])
