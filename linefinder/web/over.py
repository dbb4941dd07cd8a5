"""A game that has begun: its closing lines on its page, and on one of their own when it is over."""

from __future__ import annotations

from flask import render_template, request

from linefinder.domain.errors import Refused
from linefinder.domain.odds import iso
from linefinder.web import view
from linefinder.web.asked import asked_of
from linefinder.web.closed import ClosedPage, closed_page
from linefinder.web.closing import closed
from linefinder.wiring import Wiring


def closing_of(w: Wiring, event_id: str, odds_format: str) -> ClosedPage | None:
    """How an event closed; None before its start, and where that can't be told any more."""
    try:
        found = closed(event_id, w.now())
    except Refused:
        return None
    return closed_page(found, w.config, odds_format)


def over_page(w: Wiring, event_id: str) -> str | None:
    """The page of an event that is on no board any more; None where nothing is known of it."""
    try:
        found = closed(event_id, w.now())
    except Refused:
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
