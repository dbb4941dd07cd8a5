"""What polls, plans and learns, and how this process stands to the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from linefinder.domain.feed import Why
from linefinder.domain.planner.policy import Plan
from linefinder.domain.planner.prospect import Prospect
from linefinder.domain.quota import Forecast
from linefinder.store.write import Recorder


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
        recorder: Recorder,
        on: bool | None = None,
        sports: tuple[str, ...] | None = None,
        mode: str | None = None,
    ) -> None: ...


class Poller(Protocol):
    """What asks the provider. `ended`: how many polls of a sport ended how."""

    @property
    def ended(self) -> Mapping[tuple[str, str], int]: ...

    def look(self) -> None:
        """Ask for the account, which is free."""

    def open(self, sport: str) -> None:
        """Open the board of a sport that is not stored yet."""


class Plans(Protocol):
    """The polls that the credits buy. `plan` is the last that was made."""

    @property
    def plan(self) -> Plan: ...

    def make(self, sports: list[str], force: bool = False) -> bool: ...

    def coming(self, sport: str, now: datetime) -> list[datetime]: ...

    def why(self, sport: str, at: datetime) -> Why: ...


class Prospects(Protocol):
    """What the credits would buy. `found` are those that were last made."""

    @property
    def found(self) -> Sequence[Prospect]: ...

    def make(self, sports: list[str], now: datetime) -> Sequence[Prospect]: ...


class Learning(Protocol):
    """What is learnt from polls for the next plan."""

    def restore(self, now: datetime) -> None: ...

    def forget(self) -> None:
        """Another process has learnt more."""


class Leading(Protocol):
    """Whether this process polls."""

    def holds(self) -> bool: ...


class Follower(Protocol):
    """What reads what other processes wrote. `looked_at`: when, by time.monotonic(); `count`: what was
    told for it; `ended`: how the polls of the process that polls ended."""

    looked_at: float

    @property
    def count(self) -> Mapping[str, int]: ...

    @property
    def ended(self) -> Mapping[tuple[str, str], int]: ...


class Hints(Protocol):
    """What processes say to each other over Redis, counted."""

    @property
    def count(self) -> Mapping[str, int]: ...


class Succession(Protocol):
    """How this process stands to the others. `is_led`: another one polls; `is_abandoned`: nobody does
    though nobody switched polling off."""

    is_led: bool
    is_abandoned: bool

    @property
    def hints(self) -> Hints: ...


class Jobs(Protocol):
    """What is done when."""

    @property
    def succession(self) -> Succession: ...

    @property
    def leading(self) -> Leading: ...

    @property
    def follower(self) -> Follower: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...
