"""What faults make of an answer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from flask import Response

from linefinder.provider.sandbox.box import plain
from linefinder.provider.sandbox.contract import Refusal
from linefinder.provider.sandbox.faults import Fault
from linefinder.provider.sandbox.source import Body

DRIPS = 20
LONGEST_SLEEP = 0.5
KEY_FAULTS = {
    "invalid_key": (
        "INVALID_KEY",
        "API key is not valid. Get an API key at https://the-odds-api.com",
    ),
    "deactivated_key": (
        "DEACTIVATED_KEY",
        "API key is deactivated. This could be due to cancelation or a failed payment",
    ),
    "out_of_credits": (
        "OUT_OF_USAGE_CREDITS",
        "Usage quota has been reached. See usage plans at https://the-odds-api.com",
    ),
}


def refuse_by(fault: Fault) -> None:
    """Raise the refusal that a fault is, if it is one."""
    if fault.kind in KEY_FAULTS:
        raise Refusal(401, *KEY_FAULTS[fault.kind])
    if fault.kind == "rate_limit":
        raise Refusal(429, "EXCEEDED_FREQ_LIMIT", "Requests are too frequent")
    if fault.kind == "status":
        raise Refusal(fault.status, "FAULT", f"A fault of the sandbox: {fault.status}")


def spoiled(fault: Fault, value: Body, headers: dict[str, str]) -> Response:
    """An answer with a fault in it."""
    if fault.kind == "no_headers":
        return plain(value, {})
    if fault.kind == "garbage":
        return Response(b"<html>Bad gateway</html>", headers=headers, mimetype="text/html")
    if fault.kind == "not_a_list":
        return plain({"events": value}, headers)
    if fault.kind == "malformed_event":
        return plain(_with_one_broken(value), headers)
    data = msgspec.json.encode(value)
    length = {**headers, "Content-Length": str(len(data)), "Content-Type": "application/json"}
    if fault.kind == "cut":
        return Response(_half_of(data), headers=length, direct_passthrough=True)
    if fault.kind == "slow":
        return Response(_dripped(data, fault.seconds), headers=length, direct_passthrough=True)
    return plain(value, headers)


def _with_one_broken(value: Any) -> Any:
    if not value:
        return value
    if isinstance(value, dict):
        return {**value, "bookmakers": [{"key": 7}]}
    broken = {**value[0], "commence_time": "soon", "bookmakers": [{"key": 7}]}
    return [broken, *value[1:]]


def _half_of(data: bytes) -> Iterator[bytes]:
    yield data[: len(data) // 2]
    raise ConnectionAbortedError("a fault of the sandbox: the body is cut off")


def _dripped(data: bytes, seconds: float) -> Iterable[bytes]:
    size = max(1, len(data) // DRIPS)
    for start in range(0, len(data), size):
        yield data[start : start + size]
        sleep(seconds / DRIPS)


def sleep(seconds: float) -> None:
    """In short pieces, so that a sandbox that stops is not kept."""
    while seconds > 0:
        time.sleep(min(seconds, LONGEST_SLEEP))
        seconds -= LONGEST_SLEEP
