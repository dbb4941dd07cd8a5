"""WebSocket frames: a text is framed once, and deflated once, for all who are sent it (RFC 6455, 7692).

Left alone the driver keeps a compressor for each browser: 100 KB and 46 us a message more. `OneDeflate`
changes what the handshake negotiates so that no message refers to an earlier one; then one deflated
frame is right for every client.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import Any

SMALLEST_DEFLATED = 200
"""Bytes below which deflating costs more than it saves."""

LEVEL = 6
GOODBYE = b"\x88\x02\x03\xe8"
"""A closing frame with status 1000."""

_TEXT, _DEFLATED_TEXT = 0x81, 0xC1
_EXTENSIONS = "HTTP_SEC_WEBSOCKET_EXTENSIONS"
NEGOTIATED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"


class Frames:
    """A text as a plain frame and as a deflated one, made when the first client wants it."""

    __slots__ = ("_payload", "deflated", "plain")

    def __init__(self, text: str) -> None:
        self._payload = text.encode()
        self.plain = _framed(_TEXT, self._payload)
        small = len(self._payload) < SMALLEST_DEFLATED
        self.deflated = self.plain if small else b""

    def deflate(self) -> bytes:
        """Make `deflated`; the plain frame where that is no larger."""
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packer.compress(self._payload) + packer.flush(zlib.Z_SYNC_FLUSH)
        framed = _framed(_DEFLATED_TEXT, packed.removesuffix(b"\x00\x00\xff\xff"))
        self.deflated = min(framed, self.plain, key=len)
        return self.deflated


def _framed(first: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((first, size)) + payload
    if size < 65_536:
        return struct.pack("!BBH", first, 126, size) + payload
    return struct.pack("!BBQ", first, 127, size) + payload


def negotiated(offers: str) -> str:
    """What is agreed to of a client's offers, empty where nothing is. A client that asks for less than
    the full window could not read the frame that the others get; one that asks for the full one by name
    is owed an answer by name, else it must hang up (RFC 7692, 7.1.2.1)."""
    for offer in offers.split(","):
        name, *parameters = (part.strip().lower() for part in offer.split(";"))
        windows = [_bits(each) for each in parameters if each.startswith("server_max_window_bits")]
        if name == "permessage-deflate" and all(bits in ("", "15") for bits in windows):
            return f"{NEGOTIATED}; server_max_window_bits=15" if "15" in windows else NEGOTIATED
    return ""


def _bits(window: str) -> str:
    return window.partition("=")[2].strip().strip('"')


class OneDeflate:
    """WSGI middleware in front of the handshake: no contexts, or no compression."""

    def __init__(self, app: Any, socket_path: str) -> None:
        self._app, self._path = app, socket_path

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        in_front = environ.get("PATH_INFO", "").startswith(self._path)
        if in_front and (agreed := negotiated(environ.pop(_EXTENSIONS, ""))):
            environ[_EXTENSIONS] = agreed
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer
