"""What the factory ties together, as pages and sockets see it: they ask for it by `wiring()`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from flask import current_app

from linefinder.board import Boards
from linefinder.config import Config
from linefinder.domain.odds import Position
from linefinder.domain.rate import Rate
from linefinder.parts.polling import (
    Cadence,
    Health,
    Jobs,
    Learning,
    Loaded,
    Plans,
    Poller,
    Prospects,
    Refreshed,
    Switch,
    Wanted,
)
from linefinder.parts.telling import Delivered, Hearing, Listeners, Sending, Teller, Watching
from linefinder.serving.access import Access
from linefinder.store.write import Recorder


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
    recorder: Recorder = None  # type: ignore[assignment]
    jobs: Jobs = None  # type: ignore[assignment]
    poller: Poller = None  # type: ignore[assignment]
    plans: Plans = None  # type: ignore[assignment]
    learning: Learning = None  # type: ignore[assignment]
    wanted: Wanted = None  # type: ignore[assignment]
    prospects: Prospects = None  # type: ignore[assignment]
    watching: Watching = None  # type: ignore[assignment]
    hearing: Hearing = None  # type: ignore[assignment]
    sending: Sending = None  # type: ignore[assignment]
    cadence: Cadence = None  # type: ignore[assignment]
    ticks: list[Callable[[], None]] = field(default_factory=list)
    """What is done each second."""
    load: Callable[[], None] = lambda: None
    start_log: Callable[[], None] = lambda: None
    wait_for: Callable[[str, Position], None] = lambda sport, held: None
    teller: Teller = None  # type: ignore[assignment]
    listeners: Listeners = None  # type: ignore[assignment]
    delivery: Delivered | None = None
    """None where Socket.IO's own fan-out is used."""
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
