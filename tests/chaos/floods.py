"""Clients that keep no rule: each flood does its worst for a while, and then lets go."""

from __future__ import annotations

import base64
import contextlib
import json
import random
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

SOCKET = "/socket.io/?EIO=4&transport=websocket"
HELLO = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
)
Flood = Callable[[int, random.Random, float], None]
PATIENCE = 20.0
"""Seconds in which a busy server may answer a handshake."""
MOST_PATIENT_SEND = 2.0
"""A flood gives up what is not taken by then, and goes on."""


def dial(port: int) -> socket.socket:
    """A connection that sends without waiting for answers."""
    line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    line.settimeout(MOST_PATIENT_SEND)
    return line


def hello(line: socket.socket, port: int, chance: random.Random) -> None:
    key = base64.b64encode(chance.randbytes(16)).decode()
    line.sendall(HELLO.format(path=SOCKET, host=f"127.0.0.1:{port}", key=key).encode())


def frame(payload: bytes, first: int = 0x81, mask: bool = True) -> bytes:
    """A frame as a client sends it, or as it should not."""
    size = len(payload)
    head = struct.pack("!B", first)
    bit = 0x80 if mask else 0
    if size < 126:
        head += struct.pack("!B", bit | size)
    elif size < 65_536:
        head += struct.pack("!BH", bit | 126, size)
    else:
        head += struct.pack("!BQ", bit | 127, size)
    return head + (b"\0\0\0\0" if mask else b"") + payload


def joined(port: int, chance: random.Random) -> socket.socket:
    """A client of Socket.IO that has said hello."""
    line = dial(port)
    hello(line, port, chance)
    line.settimeout(PATIENCE)
    line.recv(4096)
    line.settimeout(MOST_PATIENT_SEND)
    line.sendall(frame(b"40"))
    return line


def _for(seconds: float) -> Iterator[None]:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        yield


def connects(port: int, chance: random.Random, seconds: float) -> None:
    """Handshakes by the hundred, each left at once."""
    for _ in _for(seconds):
        with contextlib.suppress(OSError), dial(port) as line:
            hello(line, port, chance)


def half_open(port: int, chance: random.Random, seconds: float) -> None:
    """Requests that never end, and requests that drip: slowloris."""
    with ExitStack() as held:
        lines = [held.enter_context(dial(port)) for _ in range(100)]
        for line in lines:
            line.sendall(f"GET {SOCKET} HTTP/1.1\r\nHost: x\r\nX-Drip: ".encode())
        for _ in _for(seconds):
            for line in lines[:50]:
                with contextlib.suppress(OSError):
                    line.sendall(b"a")
            time.sleep(0.1)


def crowded(port: int, chance: random.Random, seconds: float) -> None:
    """More unfinished requests than a server of few seats has connections, all of them dripping."""
    with ExitStack() as held:
        lines = [held.enter_context(dial(port)) for _ in range(400)]
        for line in lines:
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Drip: ")
        for _ in _for(seconds):
            for line in lines:
                with contextlib.suppress(OSError):
                    line.sendall(b"a")
            time.sleep(0.5)


def silent(port: int, chance: random.Random, seconds: float) -> None:
    """Sockets that say nothing after the handshake."""
    with ExitStack() as held:
        for _ in range(60):
            line = held.enter_context(dial(port))
            hello(line, port, chance)
        time.sleep(min(seconds, 1))


def subscribes(port: int, chance: random.Random, seconds: float) -> None:
    """Subscribing without end, to what there is and what there is not."""
    with ExitStack() as held:
        lines = [held.enter_context(joined(port, chance)) for _ in range(10)]
        for _ in _for(seconds):
            sport: Any = chance.choice(["nba", "nosuch", "a" * 400, "\u202e", 7, None, {}])
            body = json.dumps(["subscribe", {"sport": sport, "version": chance.random() * 9}])
            for line in lines:
                with contextlib.suppress(OSError):
                    line.sendall(frame(f"421{body}".encode()) * 5)


def junk(port: int, chance: random.Random, seconds: float) -> None:
    """Frames that are none: random bytes, unmasked, of reserved kinds, torn, nested, too large."""
    for _ in _for(seconds):
        with contextlib.suppress(OSError), joined(port, chance) as line:
            line.sendall(
                chance.choice(
                    [
                        chance.randbytes(chance.randrange(1, 2000)),
                        frame(b"40", mask=False),
                        frame(b"4" + chance.randbytes(50), chance.choice([0x81, 0x82, 0xF3, 0x8B])),
                        frame(b"42" + b"[" * 2000),
                        frame(b'42["subscribe",{"sport":"nba","sport":"nfl","version":1e999}]'),
                        frame(b"451-" + b'["x",{"_placeholder":true,"num":0}]'),
                        frame(b"\xff\xfe\xfd"),
                        frame(b"4" * 5000),
                        b"\x81\xff" + struct.pack("!Q", 2**62),
                    ]
                )
            )


def fragments(port: int, chance: random.Random, seconds: float) -> None:
    """One message in pieces without end, and control frames between them."""
    with ExitStack() as held:
        lines = [held.enter_context(joined(port, chance)) for _ in range(5)]
        for line in lines:
            line.sendall(frame(b"42", 0x01))
        for _ in _for(seconds):
            for line in lines:
                with contextlib.suppress(OSError):
                    line.sendall(frame(b"a" * 1000, 0x00) + frame(b"", 0x89))


def requests_of_rest(port: int, chance: random.Random, seconds: float) -> None:
    """Large heads, bodies that are announced and do not come, paths of any length."""
    for _ in _for(seconds):
        with contextlib.suppress(OSError), dial(port) as line:
            line.sendall(
                chance.choice(
                    [
                        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
                        b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 200_000 + b"\r\n\r\n",
                        b"PUT /api/polling HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n{",
                        b"POST /api/refresh/nba HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                        chance.randbytes(500) + b"\r\n\r\n",
                    ]
                )
            )


FLOODS: tuple[Flood, ...] = (
    connects,
    half_open,
    silent,
    subscribes,
    junk,
    fragments,
    requests_of_rest,
)
