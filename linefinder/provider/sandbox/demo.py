"""The sandbox that feeds a board without a key."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from linefinder.domain.sports import TITLES
from linefinder.provider.sandbox.account import Account
from linefinder.provider.sandbox.season import Season
from linefinder.provider.sandbox.server import create_sandbox

CREDITS = 100_000_000


def demo_app() -> Flask:
    """A lively season of every sport it has, with credits that last."""
    return create_sandbox(Season(tuple(TITLES)), Account(CREDITS), lambda: datetime.now(UTC))
