"""What tells viewers of boards and alerts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

from linefinder import wire
from linefinder.domain.odds import Position
from linefinder.store.subscriptions import Kept


class Watching(Protocol):
    """What compares polls with rules."""

    def restore(self) -> None: ...

    def resume(self) -> None:
        """Match what a process that was killed has not matched."""

    def work(self) -> None: ...


class Hearing(Protocol):
    """What tells this process's viewers alerts that another one found."""

    def work(self, tells_itself: bool) -> None: ...


class Keys(Protocol):
    """The keys of Web Push."""

    def public(self) -> str: ...


class Sending(Protocol):
    """What sends alerts to push services and webhooks. LineFinderError says what is wrong with one."""

    @property
    def keys(self) -> Keys: ...

    def check(self, endpoint: str, p256dh: str, auth: str) -> None: ...

    def check_webhook(self, url: str) -> None: ...

    def send(self, to: Kept, delivery: Any) -> int:
        """Send a `linefinder.alerts.message.Delivery` at once; the status of the answer."""

    def work(self) -> None: ...


class Teller(Protocol):
    """Who tells the rooms of this process."""

    def update(self, sport: str, update: wire.Update) -> None: ...

    def snapshot(self, sport: str) -> None: ...

    def status(self, sport: str) -> None: ...

    def status_if_changed(self, sport: str) -> None: ...

    def alert(self, watcher: str, message: wire.Message) -> None: ...

    def goodbye(self, reason: str) -> None: ...


class Listeners(Protocol):
    """Who hears by server-sent events. `ended`: the numbers of passes that were signed out."""

    ended: Callable[[], Collection[str]]

    def join(
        self, sport: str, held: Position | None, environ: Mapping[str, Any], number: str = ""
    ) -> Iterable[bytes]: ...

    def goodbye(self, message: wire.Message) -> None: ...


class Delivered(Protocol):
    """What became of messages: `tally` counts (live/tally.py)."""

    @property
    def tally(self) -> Any: ...
