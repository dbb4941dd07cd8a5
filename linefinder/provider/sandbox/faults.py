"""Faults on demand: what a call answers instead of the truth, for how many calls, where.

A fault is JSON, or on the command line `kind[:key=value,...]`: `status:status=503,count=2`.
"""

from __future__ import annotations

import threading
from typing import Any

import msgspec

KINDS = {
    "status": "an error status (status, default 500)",
    "timeout": "no answer for so long (seconds, default 60)",
    "slow": "a body that drips (seconds, default 30)",
    "cut": "a body that ends half-way",
    "garbage": "a body that is not JSON",
    "not_a_list": "a JSON object instead of a list",
    "malformed_event": "one event of the list is broken",
    "empty": "an empty list, which costs nothing",
    "invalid_key": "401 INVALID_KEY",
    "deactivated_key": "401 DEACTIVATED_KEY",
    "out_of_credits": "401 OUT_OF_USAGE_CREDITS",
    "rate_limit": "429 EXCEEDED_FREQ_LIMIT",
    "no_headers": "the truth without the quota headers",
}
ENDPOINTS = ("sports", "events", "odds", "event_markets", "event_odds")


class BadFault(ValueError):
    """The message names what was wrong."""


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """`count` is how many calls it still hits, None until cleared."""

    kind: str
    count: int | None = None
    status: int = 500
    seconds: float = 60.0
    sport: str | None = None
    endpoint: str | None = None

    def meets(self, endpoint: str, sport: str | None) -> bool:
        """Whether a call of this kind is hit."""
        return self.endpoint in (None, endpoint) and self.sport in (None, sport)


def fault_from(value: Any) -> Fault:
    """A checked fault; BadFault says what was wrong."""
    try:
        fault = msgspec.convert(value, Fault, strict=False)
    except msgspec.ValidationError as error:
        raise BadFault(
            f"a fault takes kind, count, status, seconds, sport, endpoint: {error}"
        ) from None
    if fault.kind not in KINDS:
        raise BadFault(f"there is no fault {fault.kind!r}; there are {', '.join(KINDS)}")
    if fault.endpoint not in (None, *ENDPOINTS):
        raise BadFault(f"endpoint is one of {', '.join(ENDPOINTS)}")
    if not 400 <= fault.status <= 599:
        raise BadFault("status is a number from 400 to 599")
    if not 0 < fault.seconds <= 3600 or (fault.count is not None and fault.count < 1):
        raise BadFault("seconds lie between 0 and 3600, count is at least 1")
    return fault


def fault_of(spec: str) -> Fault:
    """A fault from `kind` or `kind:key=value,key=value`."""
    kind, _, rest = spec.partition(":")
    pairs = [part.partition("=") for part in rest.split(",") if part]
    return fault_from({"kind": kind, **{key.strip(): value.strip() for key, _, value in pairs}})


class Faults:
    """The faults in force; each call takes the first that fits."""

    def __init__(self, faults: list[Fault] | None = None) -> None:
        self._faults = list(faults or [])
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, endpoint: str, sport: str | None) -> Fault | None:
        """The fault that this call meets, counted off."""
        with self._lock:
            fault = next((each for each in self._faults if each.meets(endpoint, sport)), None)
            if fault and fault.count is not None:
                fault.count -= 1
                if not fault.count:
                    self._faults.remove(fault)
            return fault

    def listed(self) -> list[Any]:
        with self._lock:
            return [msgspec.to_builtins(fault) for fault in self._faults]
