"""Many viewers in one thread: raw WebSockets that take every frame apart and check what it says.

A viewer offers permessage-deflate as browsers do, or nothing. Frames that are the same bytes for many
are taken apart once, so that a load generator costs less than the server it loads.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import socket
import struct
import time
import zlib
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, NamedTuple

OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
NAMES = ("odds_snapshot", "odds_update", "feed_status", "bye")


def in_a_loop(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run `work` to its end in a thread of its own: the browser's tests keep a loop in the main one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(work())).result()


class Said(NamedTuple):
    """A packet taken apart: its name (`open`, `connect`, `ack`, `ping`, ...), and its body."""

    name: str
    body: Any


@lru_cache(maxsize=512)
def said(payload: bytes, deflated: bool) -> Said:
    """What the payload of a frame says."""
    if deflated:
        payload = zlib.decompressobj(-15).decompress(payload + b"\x00\x00\xff\xff")
    text = payload.decode()
    if text.startswith("42"):
        name, body = json.loads(text[2:])
        return Said(name, body)
    if text.startswith("43"):
        return Said("ack", json.loads(text[text.index("[") :])[0])
    return Said(
        {"0": "open", "40": "connect", "2": "ping"}[text[: 2 if text[0] == "4" else 1]], text
    )


@lru_cache(maxsize=64)
def masked(text: str) -> bytes:
    """A text frame as clients send it."""
    payload, mask = text.encode(), b"\x01\x02\x03\x04"
    body = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    size = struct.pack("!BBH", 0x81, 0xFE, len(payload))
    return (size if len(payload) > 125 else bytes((0x81, 0x80 | len(payload)))) + mask + body


class Viewer(asyncio.Protocol):
    """One viewer of one sport. `faults` says in words what it should not have heard; `version` is what
    it holds; `heard(viewer, said)` is called for each message; `taken` counts bytes."""

    def __init__(
        self,
        crowd: Crowd,
        deflates: bool,
        held: dict[str, Any] | None = None,
    ) -> None:
        self.crowd, self.deflates, self.held = crowd, deflates, held or {}
        self.version: int | None = self.held.get("version")
        self.negotiated = ""
        self.subscribed = self.gone = self.upgraded = False
        self.taken = self.updates = self.snapshots = self.asks = 0
        self.faults: list[str] = []
        self.transport: Any = None
        self._buffer = b""
        self._inflate: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            (
                f"GET {self.crowd.path} HTTP/1.1\r\nHost: {self.crowd.host}\r\n"
                f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Key: {key}\r\n{OFFER if self.deflates else ''}"
                f"{self.crowd.headers}\r\n"
            ).encode()
        )

    def connection_lost(self, error: Exception | None) -> None:
        self.gone = True
        self.crowd.lost += 1

    def data_received(self, data: bytes) -> None:
        self.taken += len(data)
        self._buffer = self._buffer + data if self._buffer else data
        if not self.upgraded and not self._take_answer():
            return
        while self._take_frame():
            pass

    def _take_answer(self) -> bool:
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            self.faults.append(f"refused: {head[:60]!r}")
            self.transport.abort()
            return False
        if b"permessage-deflate" in head:
            self.negotiated = head.decode().partition("Extensions: ")[2].partition("\r\n")[0]
            if "server_no_context_takeover" not in self.negotiated:
                self._inflate = zlib.decompressobj(-15)
        self.upgraded, self._buffer = True, rest
        return True

    def _take_frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        size, start = buffer[1], 2
        if size == 126 and len(buffer) >= 4:
            size, start = struct.unpack_from("!H", buffer, 2)[0], 4
        elif size == 127 and len(buffer) >= 10:
            size, start = struct.unpack_from("!Q", buffer, 2)[0], 10
        elif size > 125:
            return False
        if len(buffer) < start + size:
            return False
        self._buffer = buffer[start + size :]
        self._take(buffer[0], buffer[start : start + size])
        return True

    def _take(self, first: int, payload: bytes) -> None:
        if first not in (0x81, 0xC1):
            if first != 0x88:
                self.faults.append(f"a frame begins with {first:#x}")
            return
        if first == 0xC1 and not self.negotiated:
            self.faults.append("deflated, though it was never negotiated")
        if self._inflate and first == 0xC1:
            text = self._inflate.decompress(payload + b"\x00\x00\xff\xff")
            self.hear(said(text, False))
        else:
            self.hear(said(payload, first == 0xC1))

    def hear(self, word: Said) -> None:
        """Answer greetings, and check what is said about the sport."""
        if word.name == "open":
            self.say("40")
        elif word.name == "ping":
            self.say("3")
        elif word.name == "connect":
            self.subscribe()
        elif word.name == "ack":
            self._take_ack(word.body)
        else:
            self.check(word)
            self.crowd.heard(self, word)

    def subscribe(self) -> None:
        """Ask with what was held at the start, or with what `held` says now."""
        self.asks += 1
        asked = {"sport": self.crowd.sport, **self.held}
        self.say(f"420{json.dumps(['subscribe', asked], separators=(',', ':'))}")

    def say(self, text: str) -> None:
        if not self.gone:
            self.transport.write(masked(text))

    def check(self, word: Said) -> None:
        """Each version once and in order: 7 after 6, and nothing of 7 before it came."""
        body, held = word.body, self.version
        if word.name == "odds_snapshot":
            self.snapshots += 1
            if held is not None and body["version"] < held:
                self.faults.append(f"a board of {body['version']} after {held}")
            self.version = body["version"]
        elif word.name == "odds_update":
            self.updates += 1
            if self.asks > 1 and held is not None and body["version"] <= held:
                return  # it asked anew while this was on its way, so it comes twice
            if held is None or body["from"] != held:
                self.faults.append(f"{body['from']} -> {body['version']} where it holds {held}")
            self.version = body["version"]
        elif word.name == "feed_status" and body["version"] != held:
            self.faults.append(f"a status of {body['version']} where it holds {held}")

    def _take_ack(self, body: Any) -> None:
        if not isinstance(body, dict) or not body.get("ok"):
            self.faults.append(f"refused: {body}")
            return
        self.crowd.subscribed += not self.subscribed
        self.subscribed = True


class Crowd:
    """Viewers of one sport at one server. `heard` may be replaced to listen in. `subscribed` and `lost`
    count those who ever were. `headers`: lines that all of them send."""

    def __init__(self, url: str, sport: str, rcvbuf: int = 0, headers: str = "") -> None:
        self.host = url.removeprefix("http://").rstrip("/")
        self.path = "/socket.io/?EIO=4&transport=websocket"
        self.sport, self.rcvbuf, self.headers = sport, rcvbuf, headers
        self.viewers: list[Viewer] = []
        self._coming_in: list[asyncio.Future[Viewer]] = []
        self.heard: Callable[[Viewer, Said], None] = lambda viewer, word: None
        self.subscribed = self.lost = 0

    def invite(self, deflates: bool, held: dict[str, Any] | None = None) -> None:
        """One more viewer, soon."""
        self._coming_in.append(asyncio.ensure_future(self.join(deflates, held)))

    async def join(self, deflates: bool, held: dict[str, Any] | None = None) -> Viewer:
        """One more viewer, which is not subscribed yet."""
        host, port = self.host.rsplit(":", 1)
        sock = socket.socket()
        sock.setblocking(False)
        if self.rcvbuf:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.rcvbuf)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sock, (host, int(port)))
        viewer = Viewer(self, deflates, held)
        self.viewers.append(viewer)
        await loop.create_connection(lambda: viewer, sock=sock)
        return viewer

    async def fill(self, count: int, deflating: float = 0.5, together: int = 100) -> float:
        """`count` viewers, at most `together` of them on their way at once; seconds until all are
        subscribed."""
        began, wanted = time.monotonic(), len(self.viewers) + count
        while len(self.viewers) < wanted:
            if len(self.viewers) - self.subscribed < together:
                await self.join(random.random() < deflating)
            else:
                await asyncio.sleep(0.001)
        while self.subscribed < wanted:
            await asyncio.sleep(0.005)
            if self.lost:
                raise AssertionError(self.faults[:3] or f"{self.lost} connections were lost")
        return time.monotonic() - began

    async def leave(self) -> None:
        """Drop every connection, those under way included."""
        await asyncio.gather(*self._coming_in)
        for viewer in self.viewers:
            viewer.transport.abort()
        await asyncio.sleep(0.01)

    @property
    def faults(self) -> list[str]:
        return [fault for viewer in self.viewers for fault in viewer.faults]
