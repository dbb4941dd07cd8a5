"""Hints between processes over Redis: 'look at the database now'. They carry nothing that can be lost.

Redis is asked in two threads of its own, each of which waits a second at most: whatever becomes of it,
nobody waits for it, and each process looks every second anyway.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from linefinder.logs import named

log = logging.getLogger("linefinder.hints")

CHANNEL = "linefinder:look"
PATIENCE_SECONDS = 1.0
ASK_AGAIN_SECONDS = 1.0


class Hints:
    """`heard` is called when another process gave a hint. Without a URL nothing is said or heard."""

    def __init__(self, url: str, heard: Callable[[], None]) -> None:
        self._url, self._heard = url, heard
        self._name = secrets.token_hex(8)
        self._something_to_say, self._over = threading.Event(), threading.Event()
        self._is_away = False
        self.count: Counter[str] = Counter()
        """said, heard, failed: since the start."""

    def start(self) -> None:
        """Listen and speak from now on."""
        if self._url:
            for work in (self._speak, self._listen):
                threading.Thread(target=self._persist, args=(work,), daemon=True).start()

    def stop(self) -> None:
        self._over.set()
        self._something_to_say.set()

    def give(self) -> None:
        """Have the others look; never waits. Several in a row are one."""
        self._something_to_say.set()

    def _persist(self, work: Callable[[redis.Redis], None]) -> None:
        """Do `work` over and over, with a new connection whenever Redis fails."""
        while not self._over.is_set():
            client = redis.Redis.from_url(
                self._url,
                socket_timeout=PATIENCE_SECONDS,
                socket_connect_timeout=PATIENCE_SECONDS,
                retry=Retry(NoBackoff(), 0),
                health_check_interval=5,
            )
            try:
                work(client)
            except (redis.RedisError, OSError) as error:
                self.count["failed"] += 1
                if not self._is_away:
                    self._is_away = True
                    words = "Redis gives no hints, others hear a second later: %s"
                    log.warning(words, error, extra=named("hints_lost"))
            finally:
                client.close()
            self._over.wait(ASK_AGAIN_SECONDS)

    def _speak(self, client: redis.Redis) -> None:
        while not self._over.is_set():
            self._something_to_say.wait()
            self._something_to_say.clear()
            client.publish(CHANNEL, self._name)
            self.count["said"] += 1

    def _listen(self, client: redis.Redis) -> None:
        channel: Any = client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        with channel:
            channel.subscribe(CHANNEL)
            while not self._over.is_set():
                message = channel.get_message(timeout=PATIENCE_SECONDS)
                if self._is_away:
                    self._is_away = False
                    log.info("Redis gives hints again", extra=named("hints_back"))
                if message and message["data"] != self._name.encode():
                    self.count["heard"] += 1
                    self._heard()
