"""Alerts that another process has claimed, told to the browsers of this one: from the database, like
boards, so that a hint that is lost loses nobody an alert."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from linefinder import wire
from linefinder.alerts.message import MOST_TOLD, Delivery
from linefinder.domain.rules import is_quiet, quiet_of
from linefinder.store import told
from linefinder.store.told import Sent


class Hearing:
    """`tell` tells the browsers of this process."""

    def __init__(self, tell: Callable[[Delivery], None]) -> None:
        self._tell = tell
        self._seen: set[tuple[int, str, int]] | None = None
        self._newest = 0

    def work(self, tells_itself: bool) -> None:
        """What was claimed since the last look; the process that matches has told its own already. What
        was claimed before this process began is nobody's here."""
        is_first = self._seen is None
        found = told.sent_since(self._newest)
        fresh = [one for one in found if one.key not in (self._seen or ())]
        self._seen = {one.key for one in found}
        self._newest = max((one.at for one in found), default=self._newest)
        if not tells_itself and not is_first:
            for (watcher, _), sent in groupby(fresh, lambda one: (one.watcher, one.at)):
                self._tell(_delivery(watcher, list(sent)))


def _delivery(watcher: str, sent: list[Sent]) -> Delivery:
    alerts = tuple(wire.decode(one.body) for one in sent[:MOST_TOLD])
    hours = sent[0].quiet
    quiet = is_quiet(quiet_of(*hours.split(" ", 2)) if hours else None, sent[0].moment)
    return Delivery(watcher, alerts, max(0, len(sent) - MOST_TOLD), quiet)
