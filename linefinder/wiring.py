"""What the factory ties together, as pages and sockets see it: they ask for it by `wiring()`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol, cast

from flask import current_app

from linefinder.board import Boards
from linefinder.config import Config
from linefinder.domain.odds import Position
from linefinder.domain.quota import Forecast
from linefinder.domain.rate import Rate
from linefinder.serving.access import Access


class Refreshed(NamedTuple):
    """What a manual refresh did: the position after it and what it cost."""

    sport: str
    epoch: str
    version: int
    changed: bool
    credits: int
    remaining: int | None


class Loaded(NamedTuple):
    """What loading markets of an event did: what it cost, and what is left."""

    credits: int
    remaining: int | None


class Switch(Protocol):
    """The master switch."""

    def change(
        self,
        on: bool | None = None,
        sports: tuple[str, ...] | None = None,
        mode: str | None = None,
    ) -> None:
        """Switch what is given, for good."""


class Health(Protocol):
    """Whether polling is well."""

    def is_blind(self) -> bool:
        """Whether the database has not been read for a while."""

    def problem(self, now: datetime) -> str | None:
        """Why polling is not well (scheduler stopped, poller late), None where it is."""


class Cadence(Protocol):
    """How often the credits allow a poll."""

    def forecast(self, now: datetime) -> Forecast | None: ...

    def paying(self) -> list[str]:
        """The polled sports whose polls cost something."""

    def is_planned(self, now: datetime) -> bool:
        """Whether polls are planned one by one, because the credits allow no steady cadence."""


class Led(NamedTuple):
    """What is wanted by the process that polls."""

    on: bool
    sports: tuple[str, ...]
    mode: str


class Wanted(Protocol):
    """What is to be polled; `stored`: switched at run time, which wins over POLL_ENABLED; `own`:
    whether this process would poll."""

    on: bool
    own: bool
    stored: bool
    sports: tuple[str, ...]
    mode: str

    def restore(self) -> None: ...

    def heed(self, kept: Mapping[str, bool], led: Led | None) -> None: ...

    def change(
        self,
        recorder: Any,
        on: bool | None = None,
        sports: tuple[str, ...] | None = None,
        mode: str | None = None,
    ) -> None: ...


@dataclass
class Wiring:
    """`now` is the clock: aware UTC. `refresh` polls a sport at once and raises Refused."""

    config: Config
    boards: Boards
    now: Callable[[], datetime]
    refresh: Callable[[str], Refreshed] = None  # type: ignore[assignment]
    switch: Switch = None  # type: ignore[assignment]
    health: Health = None  # type: ignore[assignment]
    load_props: Callable[[str, str, Collection[str] | None], Loaded] = None  # type: ignore[assignment]
    """(sport, event, markets): have them once for all viewers; None: find out which there are. Raises
    Refused."""
    recorder: Any = None
    jobs: Any = None
    poller: Any = None
    plans: Any = None
    learning: Any = None
    wanted: Wanted = None  # type: ignore[assignment]
    prospects: Any = None
    watching: Any = None
    hearing: Any = None
    sending: Any = None
    cadence: Cadence = None  # type: ignore[assignment]
    ticks: list[Callable[[], None]] = field(default_factory=list)
    """What is done each second."""
    load: Callable[[], None] = lambda: None
    start_log: Callable[[], None] = lambda: None
    wait_for: Callable[[str, Position], None] = lambda sport, held: None
    teller: Any = None
    listeners: Any = None
    delivery: Any = None
    clients: Callable[[], int] = lambda: 0
    is_full: Callable[[], bool] = lambda: False
    """Whether nobody more is let in."""
    viewers: Callable[[str], int] = lambda sport: 0
    waiting: Callable[[], int] = lambda: 0
    origins: tuple[str, ...] = ()
    access: Access = None  # type: ignore[assignment]
    rates: Rate = None  # type: ignore[assignment]
    tries: Rate = None  # type: ignore[assignment]
    strangers: Mapping[str, int] = field(default_factory=dict)
    """Who sent X-Forwarded-For though TRUSTED_PROXIES does not name it, and how often."""
    counts: dict[str, Any] = field(default_factory=dict)


def wiring() -> Wiring:
    """The wiring of the application that is serving."""
    return cast(Wiring, current_app.extensions["linefinder"])
