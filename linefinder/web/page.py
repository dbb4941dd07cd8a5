"""What pages have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, current_app, render_template

from linefinder.domain.feed import Feed
from linefinder.web.asked import Asked
from linefinder.web.shown import view, words
from linefinder.web.shown.meaning import polling_words
from linefinder.wiring import Wiring

HEADINGS = {
    401: "This board is private",
    404: "Nothing is here",
    429: "Not so fast",
    500: "LineFinder made a mistake",
}


def own_books(w: Wiring, asked: Asked) -> tuple[frozenset[str], dict[str, float]]:
    """Where the viewer bets, and what is kept of a win there."""
    return frozenset(asked.mine), {**w.config.odds_commission, **asked.fees}


def common(w: Wiring, sport: str, feed: Feed, now: datetime) -> dict[str, Any]:
    """What every page with a feed status needs."""
    polled = sport in w.wanted.sports
    return {
        "sport": sport,
        "title": w.boards.titles.get(sport, sport),
        "tabs": view.tabs_of(w.wanted.sports, w.boards.titles, sport),
        "feed": feed,
        "now": now,
        "remaining": w.boards.ledger.remaining,
        "next_poll": view.next_poll_text(feed, now),
        "empty": words.empty_words(feed.status, feed.polling, w.boards.active.get(sport, True)),
        "polled": polled,
        "polling_on": feed.polling,
        "meaning": credits_meaning(w),
        "cost": w.config.poll_cost,
    }


def credits_meaning(w: Wiring) -> list[str]:
    """What polling costs as things are, in sentences."""
    now, config = w.now(), w.config
    return polling_words(
        w.cadence.forecast(now),
        config.poll_cost,
        len(w.wanted.sports),
        config.poll_interval_seconds,
        now,
        w.cadence.is_planned(now),
    )


def error_page(status: int, message: str) -> Response:
    """A refusal in plain words, for people."""
    heading = HEADINGS.get(status, "That failed")
    return Response(error_text(status, heading, message), status)


def error_text(status: int, heading: str, message: str) -> str:
    """Needs nothing but the templates: it is also what is shown when something is broken."""
    w = current_app.extensions.get("linefinder")
    tabs = view.tabs_of(w.wanted.sports, w.boards.titles, None) if w and status != 401 else []
    return render_template("error.html", status=status, heading=heading, message=message, tabs=tabs)
