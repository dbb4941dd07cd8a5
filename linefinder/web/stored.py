"""What a page takes from the database where it can, and goes without while that is away: boards, feeds
and credits are in memory, and people come to see them above all when something is wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from linefinder.domain.errors import StoreError
from linefinder.logs import named
from linefinder.wiring import wiring

log = logging.getLogger("linefinder.web")
T = TypeVar("T")
U = TypeVar("U")


def if_stored(ask: Callable[[], T], otherwise: U) -> T | U:
    """What the database says; `otherwise` where it does not answer. One that has said nothing for a
    while is not asked: it may hang, and everybody who asks with it."""
    if wiring().health.is_blind():
        return otherwise
    try:
        return ask()
    except (SQLAlchemyError, StoreError) as error:
        words = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        called = named("page_without_store")
        log.warning("a page goes without what is stored: %s", words, extra=called)
        return otherwise
