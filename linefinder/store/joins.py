"""What several queries about the past of lines have in common."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from linefinder.store.models import Bookmaker, Event, Line, Market, Outcome, Sport

NAMES = (
    Bookmaker.key.label("bookmaker"),
    Market.key.label("market"),
    Outcome.key.label("outcome"),
)
"""What a line is called; its tables come with `with_names`."""


def with_names(query: Any) -> Any:
    """A query of lines, with the tables of their names."""
    return (
        query.join(Bookmaker, Bookmaker.id == Line.bookmaker_id)
        .join(Market, Market.id == Line.market_id)
        .join(Outcome, Outcome.id == Line.outcome_id)
    )


def newest_event(key: str, *columns: Any) -> Any:
    """Of the events that have had this id, the last."""
    return (
        select(Event.id, Event.sport_id, *columns)
        .join(Sport, Sport.id == Event.sport_id)
        .where(Event.key == key)
        .order_by(Event.id.desc())
        .limit(1)
    )
