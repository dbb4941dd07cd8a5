"""Sending what left the page: tries with pauses between, in a job that nothing waits for."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from linefinder import wire
from linefinder.alerts import webhook
from linefinder.alerts.message import Delivery
from linefinder.alerts.outgoing import NotSent, addresses_of, check_url, post
from linefinder.alerts.push import PushKeys, check_keys, sealed
from linefinder.domain.errors import Refused
from linefinder.logs import named
from linefinder.store.subscriptions import Kept, subscriptions_of, unsubscribe

log = logging.getLogger("linefinder.alerts")

PAUSES = (5, 30, 120)
"""Seconds between tries: a price that comes later than that helps nobody."""
LONGEST_QUEUE = 1_000
AT_ONCE = 8
MOST_A_MINUTE = 20
MINUTE = timedelta(minutes=1)
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
        self._calls: dict[str, deque[datetime]] = {}

    def check(self, endpoint: str, p256dh: str, auth: str) -> None:
        """Refused for a push service or keys that can't be those of a browser."""
        check_url(endpoint, self.inside)
        try:
            check_keys({"p256dh": p256dh, "auth": auth})
        except ValueError as error:
            raise Refused("bad_keys", f"no browser has such keys: {error}", 409) from None

    def check_webhook(self, url: str) -> None:
        """Refused for an address that webhooks may not go to; one that is not known yet may."""
        with suppress(NotSent):
            addresses_of(check_url(url, self.inside), self.inside)

    def tell(self, delivery: Delivery) -> None:
        """Keep a delivery for the job; nothing is pushed in quiet hours."""
        for to in subscriptions_of(delivery.watcher):
            silent = delivery.quiet and to.kind == "push"
            if not silent and len(self._parcels) < LONGEST_QUEUE:
                self._parcels.append(Parcel(to, delivery, 0, self._now()))

    def work(self) -> None:
        """Each second: try what is due."""
        now = self._now()
        parcels, self._parcels = self._parcels, []
        due: list[Parcel] = []
        for parcel in parcels:
            fits = parcel.due <= now and self._allows(parcel.to.key, now)
            (due if fits else self._parcels).append(parcel)
        if not due:
            return
        with ThreadPoolExecutor(min(AT_ONCE, len(due))) as pool:
            statuses = list(pool.map(lambda parcel: self.send(parcel.to, parcel.delivery), due))
        for parcel, status in zip(due, statuses, strict=True):
            self._answered(parcel, status)

    def _allows(self, key: str, now: datetime) -> bool:
        """Whether an address may be called once more in this minute; what may not waits."""
        calls = self._calls.setdefault(key, deque())
        while calls and now - calls[0] >= MINUTE:
            calls.popleft()
        if len(calls) >= MOST_A_MINUTE:
            return False
        calls.append(now)
        return True

    def send(self, to: Kept, delivery: Delivery) -> int:
        """The status of the answer: 0 where there was none, 403 where it may not be sent."""
        try:
            body, headers = self._letter(to, delivery)
            return post(to.address, body, headers, self.inside)
        except NotSent:
            return 0
        except Refused:
            return 403

    def _letter(self, to: Kept, delivery: Delivery) -> tuple[bytes, dict[str, str]]:
        now = self._now()
        if to.kind == "webhook":
            return webhook.letter(delivery, wire.decode(to.body), now)
        body = sealed(delivery, wire.decode(to.body))
        return body, self.keys.headers(to.address, now)

    def _answered(self, parcel: Parcel, status: int) -> None:
        if status in GONE and parcel.to.kind == "push":
            unsubscribe(parcel.to.key)
        elif (status == 0 or status == 429 or status >= 500) and parcel.tries < len(PAUSES):
            due = self._now() + timedelta(seconds=PAUSES[parcel.tries])
            self._parcels.append(parcel._replace(tries=parcel.tries + 1, due=due))
        elif not 200 <= status < 300:
            words, called = status or "no answer", named("alert_refused", kind=parcel.to.kind)
            host = urlsplit(parcel.to.address).hostname  # the rest may be a secret, as Discord's
            said = "an alert was not taken by the %s of %s: %s"
            log.warning(said, parcel.to.kind, host, words, extra=called)
