"""The answer to `GET /api/events/{id}`."""

from __future__ import annotations

from typing import Any

from linefinder.domain.compare import best_lines
from linefinder.domain.odds import Board, Lines
from linefinder.store.history import Named, openers, previous
from linefinder.web.shown.comparison import View, comparison, terms_of
from linefinder.wiring import Wiring


def detail(w: Wiring, board: Board, event_id: str) -> dict[str, Any]:
    """An event of a board with all that is known of it (schema.EventDetail)."""
    now, sport, event = w.now(), board.sport, board.events[event_id]
    feed = w.boards.judge(sport, now)
    terms = terms_of(feed, board.odds_format, w.config)
    return {
        "id": event_id,
        "sport": sport,
        "epoch": board.epoch,
        "version": board.version,
        "odds_format": board.odds_format,
        **event,
        "openers": _nested(openers(sport, event_id)),
        "previous": _nested(previous(sport, event_id)),
        "best": best_lines(event["lines"], terms.out, board.odds_format),
        **comparison(event, View(sport, feed, terms, now)),
        "feed": w.boards.feed(sport, now),
    }


def _nested(lines: Named) -> Lines:
    """Lines in the shape of `lines`."""
    nested: Lines = {}
    for (book, market, outcome), line in lines.items():
        nested.setdefault(book, {}).setdefault(market, {})[outcome] = line
    return nested
