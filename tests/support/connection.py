"""A Socket.IO client that comes back by itself and keeps all it hears, in the order it was sent."""

from __future__ import annotations

import contextlib
import functools
import random
import socket
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlsplit

import socketio

from tests.support.engine import DOWN, Json, Message, Socket, reason_of


class Connection:
    """Keeps a WebSocket to `url` open from a thread of its own.

    messages: all that came, in order. connects: how often it connected; refusals: why it could not.
    failures: its own mistakes. What to do with messages is up to subclasses: greet, follow, tick.
    """

    def __init__(
        self,
        url: str,
        reconnect: bool = True,
        delays: tuple[float, float] = (0.1, 2.0),  # the page takes (1, 30)
        silence: float = 45.0,
        origin: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.url, self.origin, self.headers = url, origin, headers or {}
        self.reconnect = reconnect
        self.delays, self.silence = delays, silence
        self.messages: list[Message] = []
        self.refusals: list[str] = []
        self.failures: list[str] = []
        self.connects = 0
        self.heard_at = 0.0
        self.changed = threading.Condition(threading.RLock())
        self._retry_after = 0.0
        self._closed = threading.Event()
        self._socket: Socket | None = None
        self._tender = threading.Thread(target=self._tend, daemon=True)
        self._tender.start()

    def greet(self) -> None:
        """Called under the lock when a socket stands."""

    def follow(self, name: str, body: Json) -> None:
        """Called under the lock for each message, in order."""

    def tick(self, now: float) -> None:
        """Called under the lock all 50 ms while a socket stands."""

    @property
    def connected(self) -> bool:
        """True while the socket stands."""
        return self._socket is not None and bool(self._socket.connected)

    def named(self, *names: str) -> list[Message]:
        """The messages of these names so far."""
        return [message for message in list(self.messages) if message.name in names]

    def wait_until(
        self, predicate: Callable[[Self], Any], timeout: float = 30.0, what: str = ""
    ) -> Any:
        """The first true answer of `predicate(client)`, asked after every message."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while not (answer := predicate(self)):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not within {timeout} s: {what or predicate}; {self}")
                self.changed.wait(min(left, 0.1))
            return answer

    def call(self, name: str, body: Any, timeout: float = 20.0) -> Json:
        """Say something and give the acknowledgement, of which nobody else takes notice."""
        assert self._socket is not None, "never connected"
        answer: Json = self._socket.call(name, body, timeout=timeout)
        return answer

    def emit(self, name: str, body: Any, callback: Callable[[Json], None]) -> None:
        """Say something; the acknowledgement comes to `callback`."""
        if self._socket is None:
            return
        # where the socket is not there yet or any more, the next one greets anew
        with contextlib.suppress(socketio.exceptions.BadNamespaceError):
            self._socket.emit(name, body, callback=callback)

    def drop_connection(self) -> None:
        """Lose the socket without a word; another one follows where `reconnect` is set.

        (Engine.IO's own disconnect waits 3 s for an answer that its reading thread has taken.)
        """
        ws = self._socket.eio.ws if self._socket else None
        if ws and ws.sock:
            with contextlib.suppress(OSError):
                ws.sock.shutdown(socket.SHUT_RDWR)  # wakes the reading thread, close() would not

    def close(self) -> None:
        """Leave for good."""
        self._closed.set()
        self.drop_connection()
        self._tender.join(10)

    def _tend(self) -> None:
        shortest, longest = self.delays
        delay = shortest
        while not self._closed.is_set():
            if self._connect():
                delay = shortest
                self._watch()
            self._let_go()
            if not self.reconnect:
                return
            self._closed.wait(self._retry_after or random.uniform(0, delay))
            self._retry_after, delay = 0.0, min(2 * delay, longest)

    def _connect(self) -> bool:
        with self.changed:
            self._socket = talker = Socket(
                reconnection=False,
                handle_sigint=False,
                # the library would make up an Origin of the address, which a proxy changes
                websocket_extra_options={
                    "origin": self.origin,
                    "suppress_origin": self.origin is None,
                },
            )
        talker.on("connect", self._greet)
        for name in DOWN:
            talker.on(name, functools.partial(self._hear, talker, name))
        path = urlsplit(self.url).path.strip("/") + "/socket.io"
        try:
            talker.connect(
                self.url,
                self.headers,
                transports=["websocket"],
                socketio_path=path,
                wait_timeout=20,
            )
        except socketio.exceptions.ConnectionError as error:
            self.refusals.append(reason_of(error))
            return False
        return True

    def _let_go(self) -> None:
        """End the threads of the last socket and close it, which Engine.IO leaves to the collector."""
        self.drop_connection()
        engine = self._socket.eio if self._socket else None
        if engine and engine.ws:
            engine.read_loop_task.join(5)
            engine.ws.shutdown()

    def _watch(self) -> None:
        """While the socket stands: tick, and leave a server that is silent."""
        while self.connected and not self._closed.wait(0.05):
            now = time.monotonic()
            with self.changed:
                self.tick(now)
            if now - self.heard_at > self.silence:
                self.drop_connection()

    def _greet(self) -> None:
        with self.changed:
            self.connects += 1
            self.heard_at = time.monotonic()
            self.greet()

    def _hear(self, talker: Socket, name: str, body: Json) -> None:
        with self.changed:
            if talker is not self._socket:
                return
            self.heard_at = time.monotonic()
            self.messages.append(Message(name, body, talker.eio.size, self.heard_at))
            if name == "bye":
                self._retry_after = float(body["retry_after"])
            try:
                self.follow(name, body)
            except Exception:  # in a thread of the library nobody would see it
                self.failures.append(traceback.format_exc())
            self.changed.notify_all()
