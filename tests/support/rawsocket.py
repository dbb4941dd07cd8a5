"""A client that keeps no rules: handshakes of any kind, frames of any size, Socket.IO by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import websocket

ENGINE = "/socket.io/?EIO=4&transport=websocket"


class Answer(NamedTuple):
    """The answer to a handshake: 101 with a socket, or a refusal."""

    status: int
    headers: dict[str, str]
    raw: RawSocket | None


def handshake(
    url: str,
    path: str = ENGINE,
    origin: str | None = None,
    headers: Mapping[str, str] | None = None,
    sockopt: Sequence[tuple[int, int, int]] = (),
    timeout: float = 20.0,
) -> Answer:
    """Ask an http `url` for a WebSocket. No Origin is sent where none is given."""
    split = urlsplit(url)
    ws: Any = websocket.WebSocket(sockopt=list(sockopt))
    ws.settimeout(timeout)
    try:
        ws.connect(
            f"ws://{split.netloc}{split.path.rstrip('/')}{path}",
            header=[f"{name}: {value}" for name, value in (headers or {}).items()],
            origin=origin,
            suppress_origin=origin is None,
            http_no_proxy=["*"],
        )
    except websocket.WebSocketBadStatusException as refusal:
        return Answer(refusal.status_code, dict(refusal.resp_headers or {}), None)
    return Answer(101, dict(ws.headers or {}), RawSocket(ws))


def status_of(url: str, **options: Any) -> int:
    """The status of a handshake; a socket that it opens is closed again."""
    answer = handshake(url, **options)
    if answer.raw:
        answer.raw.close()
    return answer.status


def open_socket(url: str, **options: Any) -> RawSocket:
    """A socket that has spoken the Engine.IO and Socket.IO greetings: ready for `emit`."""
    answer = handshake(url, **options)
    assert answer.raw is not None, f"refused: {answer.status} {answer.headers}"
    opened = answer.raw.receive()
    assert (opened or "").startswith("0"), opened
    answer.raw.send("40")
    connected = answer.raw.receive()
    assert (connected or "").startswith("40"), connected
    return answer.raw


class RawSocket:
    """A WebSocket whose other end is an Engine.IO server."""

    def __init__(self, ws: Any) -> None:
        self.ws = ws
        self._last_id = 0

    def send(self, text: str) -> None:
        """One text frame, as it is."""
        self.ws.send(text)

    def send_frame(self, payload: bytes, opcode: int = 1, fin: bool = True) -> None:
        """One frame of any kind; fin=False begins a message that never ends."""
        self.ws.send_frame(websocket.ABNF(1 if fin else 0, 0, 0, 0, opcode, 1, payload))

    def send_bytes(self, data: bytes) -> None:
        """Bytes past all framing."""
        self.ws.sock.sendall(data)

    def emit(self, name: str, body: Any) -> int:
        """A Socket.IO event that asks for an acknowledgement; gives its number."""
        self._last_id += 1
        self.send(f"42{self._last_id}{json.dumps([name, body])}")
        return self._last_id

    def receive(self, timeout: float = 20.0) -> str | None:
        """The next packet as text; None where the other end closed. TimeoutError where none comes.

        Pings are answered and not given.
        """
        while True:
            self.ws.settimeout(timeout)
            try:
                packet = self.ws.recv()
            except (websocket.WebSocketConnectionClosedException, ConnectionError):
                return None
            except websocket.WebSocketTimeoutException:
                raise TimeoutError(f"nothing within {timeout} s") from None
            text = packet.decode() if isinstance(packet, bytes) else str(packet)
            if text == "" and not self.ws.connected:
                return None
            if text != "2":
                return text
            self.send("3")

    def acknowledgement(self, number: int, timeout: float = 20.0) -> Any:
        """The answer to the event of that number, past whatever comes before it."""
        while (packet := self.receive(timeout)) is not None:
            if packet.startswith(f"43{number}["):
                return json.loads(packet.removeprefix(f"43{number}"))[0]
        raise AssertionError("closed before the acknowledgement came")

    def closed_within(self, timeout: float) -> bool:
        """True once the other end has closed; what comes before is passed over."""
        try:
            while self.receive(timeout) is not None:
                pass
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Drop the connection without a word."""
        self.ws.shutdown()
