"""Whether this process polls: it holds the lease, and makes sure of it before anything is paid."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from linefinder.domain.errors import NotLeading, StoreError
from linefinder.logs import Seldom, named
from linefinder.store import lease

log = logging.getLogger("linefinder.jobs")


class Clock:
    """The clock of the machine beside one that nobody can set."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now, self.steady = now, time.monotonic
        self._seen = now(), self.steady()

    def set_by(self) -> timedelta:
        """By how much it was set since the last look; forward also where the machine was asleep."""
        (wall, steady), self._seen = self._seen, (self._now(), self.steady())
        return self._seen[0] - wall - timedelta(seconds=self._seen[1] - steady)


class Leading:
    """`wants` tells whether this process would poll by its own settings: who would not gives the lease
    to who would. How long ago it was renewed is told by a clock that no one can set. `terms` counts how
    often it began to lead: also anew, after it had not known for a while whether it does."""

    def __init__(self, now: Callable[[], datetime], wants: Callable[[], bool]) -> None:
        self._now, self._wants = now, wants
        self.clock: Callable[[], float] = time.monotonic
        self.holder = lease.new_holder()
        self.leads, self.terms = False, 0
        self._renewed_at = self.clock()
        self._seldom = Seldom()

    def holds(self) -> bool:
        """A process that was stopped for long no longer holds the lease, whatever it remembers."""
        age = self.clock() - self._renewed_at
        return self.leads and age < lease.HELD_FOR.total_seconds()

    def renew(self) -> None:
        """Take or keep the lease where that is to be had; `leads` tells. Who can't reach the database
        leads until the lease has run out for all others."""
        before, held = self.clock(), self.holds()
        try:
            self.leads = self._renewed()
            self._renewed_at = before
            self.terms += self.leads and not held
        except StoreError as error:
            self.leads = self.holds()
            if self._seldom.is_news("lease", str(error)):
                log.warning("the lease is not renewed: %s", error, extra=named("lease_failed"))

    def check(self) -> None:
        """Before a call that is paid: NotLeading where the lease is another's, StoreError where nobody
        can tell, and what was paid for could not be stored."""
        before = self.clock()
        if not lease.hold(self.holder, self._now()):
            self.leads = False
            words = "this process has lost the lease to another"
            log.warning(words, extra=named("lease_lost"))
            raise NotLeading("another process polls")
        self._renewed_at = before

    def release(self) -> None:
        self.leads = False
        lease.release(self.holder)

    def _renewed(self) -> bool:
        now = self._now()
        if not self._wants() and lease.is_asked_for(self.holder, now):
            if self.leads:
                lease.release(self.holder)
            return False
        if lease.hold(self.holder, now):
            return True
        if self._wants():
            lease.ask(self.holder, now)
        return False
