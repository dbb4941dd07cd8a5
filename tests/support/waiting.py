"""Waiting for something to come true, never for time to pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def until(
    predicate: Callable[[], Answer], timeout: float = 30.0, what: str = "", every: float = 0.02
) -> Answer:
    """The first true answer of `predicate`; AssertionError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        answer = predicate()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {timeout} s: {what or predicate}; last: {answer!r}")
        time.sleep(every)
