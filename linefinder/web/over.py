"""A game that has begun: its closing lines on its page, and on one of their own when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import render_template, request

from linefinder.domain.errors import Refused
from linefinder.domain.odds import iso, starts_at
from linefinder.store.closing import Closing
from linefinder.web.asked import asked_of
from linefinder.web.closed import ClosedPage, closed_page
from linefinder.web.rest.closing import closed
from linefinder.web.shown import view
from linefinder.web.shown.cells import Shown
from linefinder.web.stored import if_stored
from linefinder.wiring import Wiring


def closing_of(
    w: Wiring, event: Mapping[str, Any], event_id: str, shown: Shown
) -> ClosedPage | None:
    """How an event of a board closed; None before its start (the database is not even asked), and where
    that can't be told."""
    if starts_at(event) > shown.now:
        return None
    found = _closed(event_id, shown.now)
    return closed_page(found, w.config, shown.odds_format, on_board=True) if found else None


def over_page(w: Wiring, event_id: str) -> str | None:
    """The page of an event that is on no board any more; None where nothing is known of it."""
    found = _closed(event_id, w.now())
    if found is None:
        return None
    asked = asked_of(request)
    return render_template(
        "over.html",
        sport=found.sport,
        title=w.boards.titles.get(found.sport, found.sport),
        tabs=view.tabs_of(w.wanted.sports, w.boards.titles, found.sport),
        starts=iso(found.starts_at),
        starts_at=found.starts_at.astimezone(asked.zone),
        event=closed_page(found, w.config, asked.odds),
    )


def _closed(event_id: str, now: datetime) -> Closing | None:
    try:
        return if_stored(lambda: closed(event_id, now), None)
    except Refused:
        return None
