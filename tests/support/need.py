"""What a machine may lack: skipped with a plain reason, except under CI, where it is a failure."""

from __future__ import annotations

import os
from typing import TypeVar

import pytest

Thing = TypeVar("Thing")


def on_ci() -> bool:
    """True where nothing may be missing."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def need(thing: Thing | None, reason: str) -> Thing:
    """`thing`, unless it is missing (None or empty): then the test is skipped, or fails on CI."""
    if thing:
        return thing
    if on_ci():
        pytest.fail(f"CI must have it: {reason}", pytrace=False)
    pytest.skip(reason)
