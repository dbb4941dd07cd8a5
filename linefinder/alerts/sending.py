"""Sending what left the page: tries with pauses between, in a job that nothing waits for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

from linefinder import wire
from linefinder.alerts.message import Delivery
from linefinder.alerts.outgoing import NotSent, check_url, post
from linefinder.alerts.push import PushKeys, check_keys, sealed
from linefinder.domain.errors import Refused
from linefinder.store.subscriptions import Kept, subscriptions_of, unsubscribe

log = logging.getLogger("linefinder.alerts")

PAUSES = (5, 30, 120)
"""Seconds between tries: a price that comes later than that helps nobody."""
LONGEST_QUEUE = 1_000
AT_ONCE = 8
GONE = {404, 410}


class Parcel(NamedTuple):
    """A delivery to one address: which try it is, and not before when."""

    to: Kept
    delivery: Delivery
    tries: int
    due: datetime


class Sending:
    """The parcels of this process. `inside`: receivers may be in this server's own network."""

    def __init__(self, keys: PushKeys, now: Callable[[], datetime], inside: bool) -> None:
        self.keys, self.inside, self._now = keys, inside, now
        self._parcels: list[Parcel] = []

    def check(self, endpoint: str, p256dh: str, auth: str) -> None:
        """Refused for a push service or keys that can't be those of a browser."""
        check_url(endpoint, self.inside)
        try:
            check_keys({"p256dh": p256dh, "auth": auth})
        except ValueError as error:
            raise Refused("bad_keys", f"no browser has such keys: {error}", 409) from None

    def tell(self, delivery: Delivery) -> None:
        """Keep a delivery for the job; nothing is pushed in quiet hours."""
        for to in () if delivery.quiet else subscriptions_of(delivery.watcher):
            if len(self._parcels) < LONGEST_QUEUE:
                self._parcels.append(Parcel(to, delivery, 0, self._now()))

    def work(self) -> None:
        """Each second: try what is due."""
        now = self._now()
        due = [parcel for parcel in self._parcels if parcel.due <= now]
        self._parcels = [parcel for parcel in self._parcels if parcel.due > now]
        if not due:
            return
        with ThreadPoolExecutor(min(AT_ONCE, len(due))) as pool:
            statuses = list(pool.map(self._try, due))
        for parcel, status in zip(due, statuses, strict=True):
            self._answered(parcel, status)

    def _try(self, parcel: Parcel) -> int:
        """The status of the answer: 0 where there was none, 403 where it may not be sent."""
        address = parcel.to.address
        try:
            body = sealed(parcel.delivery, wire.decode(parcel.to.body))
            headers = self.keys.headers(address, self._now())
            return post(address, body, headers, self.inside)
        except NotSent:
            return 0
        except Refused:
            return 403

    def _answered(self, parcel: Parcel, status: int) -> None:
        if status in GONE:
            unsubscribe(parcel.to.key)
        elif (status == 0 or status == 429 or status >= 500) and parcel.tries < len(PAUSES):
            due = self._now() + timedelta(seconds=PAUSES[parcel.tries])
            self._parcels.append(parcel._replace(tries=parcel.tries + 1, due=due))
        elif not 200 <= status < 300:
            log.warning("a push was not taken: %s", status or "no answer")
