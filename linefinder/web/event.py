"""The page of one event."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from linefinder import wire
from linefinder.store import history
from linefinder.web import slashes
from linefinder.web.asked import asked_of
from linefinder.web.embedding import board_data
from linefinder.web.over import closing_of, over_page
from linefinder.web.page import common, error_text, own_books
from linefinder.web.shown import view
from linefinder.web.shown.cells import Shown
from linefinder.web.stored import if_stored
from linefinder.wiring import Wiring, wiring


def event(event_id: str) -> str | tuple[str, int] | AnyResponse:
    """One event: all its lines, how each opened, and which are best."""
    w = wiring()
    found = (key for key in w.boards.sports() if event_id in w.boards.stream(key).board.events)
    sport = next(found, None)
    if sport is not None:
        return _event(w, sport, event_id)
    if event_id.endswith("/"):  # a path takes the slash in, so that routing misses nothing
        bare = url_for("pages.event", event_id=event_id.rstrip("/"))
        return redirect(slashes.with_query(bare), 308)
    message = "This event is not on a board: it is over, was taken off, or never existed."
    return over_page(w, event_id) or (error_text(404, "No such event", message), 404)


def _event(w: Wiring, sport: str, event_id: str) -> str:
    now, held = w.now(), w.boards.stream(sport)
    feed, told = w.boards.judge(sport, now), w.boards.feed(sport, now)
    openers = if_stored(lambda: history.openers(sport, event_id), {})
    asked = asked_of(request)
    shown = Shown("", asked.odds or held.board.odds_format, now, asked.zone, *own_books(w, asked))
    return render_template(
        "event.html",
        **common(w, sport, feed, now),
        event=view.event_rows(held.board, event_id, feed, shown, []),
        sections=view.sections_of(held.board, event_id, feed, shown, openers),
        shown=shown,
        closing=closing_of(w, held.board.events[event_id], event_id, shown),
        data=board_data(
            w,
            wire.board_dict(held.board, held.events_json, told),
            shown,
            event=event_id,
            openers=[[*key, *line] for key, line in openers.items()],
        ),
    )
