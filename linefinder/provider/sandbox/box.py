"""One sandbox: what it plays, and what it counts."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from flask import Response

from linefinder.provider.sandbox.account import Account
from linefinder.provider.sandbox.faults import Faults
from linefinder.provider.sandbox.source import Source


@dataclass
class Sandbox:
    """What one sandbox plays and counts."""

    source: Source
    account: Account
    now: Callable[[], datetime]
    faults: Faults = field(default_factory=Faults)
    calls: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_recording(self) -> bool:
        return bool(self.source.state(self.now())["source"] == "recording")

    def count(self, endpoint: str) -> None:
        with self.lock:
            self.calls[endpoint] += 1


def plain(value: Any, headers: dict[str, str], status: int = 200) -> Response:
    """A value as the provider writes it."""
    return Response(msgspec.json.encode(value), status, headers, mimetype="application/json")
