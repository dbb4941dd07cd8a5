"""A frame that every client can read: plain, or deflated without memory of an earlier one."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from linefinder.live.frames import NEGOTIATED, SMALLEST_DEFLATED, Frames, OneDeflate, negotiated


def payload_of(frame: bytes) -> tuple[bool, bytes]:
    """(whether it is deflated, the payload as a client would read it), to the letter of RFC 6455."""
    first, second = frame[:2]
    assert first in (0x81, 0xC1), "one whole text message, never masked"
    assert second < 128
    size, start = second, 2
    if second == 126:
        (size,), start = struct.unpack("!H", frame[2:4]), 4
        assert size >= 126
    elif second == 127:
        (size,), start = struct.unpack("!Q", frame[2:10]), 10
        assert size >= 65_536
    assert len(frame) == start + size
    if first == 0x81:
        return False, frame[start:]
    return True, zlib.decompressobj(-15).decompress(frame[start:] + b"\x00\x00\xff\xff")


@given(
    some.one_of(
        some.text(), some.builds(lambda text, n: text * n, some.text(), some.integers(0, 9000))
    )
)
def test_both_frames_say_the_text(text: str) -> None:
    frames = Frames(text)
    assert payload_of(frames.plain) == (False, text.encode())
    assert payload_of(frames.deflated or frames.deflate())[1] == text.encode()


def test_small_messages_are_not_deflated_and_large_ones_once() -> None:
    small = Frames("x" * (SMALLEST_DEFLATED - 1))
    assert small.deflated is small.plain
    large = Frames('{"price": -110}' * 1000)
    assert not large.deflated
    once = large.deflate()
    assert large.deflated is once
    assert len(once) < len(large.plain) / 20


FULL = NEGOTIATED + "; server_max_window_bits=15"


@pytest.mark.parametrize(
    ("offer", "agreed"),
    [
        ("permessage-deflate; client_max_window_bits", NEGOTIATED),  # Chromium, Firefox
        ("permessage-deflate", NEGOTIATED),  # Safari
        ("permessage-deflate; client_no_context_takeover; server_no_context_takeover", NEGOTIATED),
        # who asks for a window by name hangs up where the answer does not name it
        ("permessage-deflate; server_max_window_bits=15", FULL),
        ('permessage-deflate; server_max_window_bits="15"', FULL),
        ("permessage-deflate; server_max_window_bits=10", ""),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", NEGOTIATED),
        ("permessage-deflate; server_max_window_bits=015", ""),
        ("x-webkit-deflate-frame", ""),
        ("", ""),
    ],
)
def test_who_can_read_the_shared_frame_gets_it(offer: str, agreed: str) -> None:
    assert negotiated(offer) == agreed


@pytest.mark.parametrize(
    "offer", ["permessage-deflate; client_max_window_bits", "nonsense;;=,", None]
)
def test_the_handshake_negotiates_no_contexts_or_nothing(offer: str | None) -> None:
    seen = {}
    middleware = OneDeflate(lambda environ, _: seen.update(environ) or [], "/socket.io")
    name = "HTTP_SEC_WEBSOCKET_EXTENSIONS"
    middleware({"PATH_INFO": "/socket.io/", **({name: offer} if offer else {})}, None)
    if offer and "permessage" in offer:
        assert "server_no_context_takeover" in seen[name]
        assert "client_no_context_takeover" in seen[name]
    else:
        assert name not in seen
