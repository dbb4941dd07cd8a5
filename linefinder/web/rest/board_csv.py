"""A board as CSV: what the page downloads (static/js/shown/csv.js), for who asks REST."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response

from linefinder.domain.compare import best_lines
from linefinder.domain.odds import Board, Event
from linefinder.web.past import Seen
from linefinder.web.rest.spreadsheet import csv_answer
from linefinder.web.shown.comparison import terms_of
from linefinder.wiring import Wiring

ABOUT = ("event", "starts_at", "away", "home")
COLUMNS = (*ABOUT, "market", "outcome", "bookmaker", "point", "price", "best", "odds_format")


def board_csv(w: Wiring, seen: Seen) -> Response:
    """A row a line, by start of the event; prices as the provider sent them."""
    board = seen.board
    out = terms_of(seen.feed, board.odds_format, w.config).out
    order = sorted(board.events, key=lambda key: (board.events[key]["starts_at"], key))
    return csv_answer(COLUMNS, (row for key in order for row in _rows(board, key, out)))


def _rows(board: Board, key: str, out: frozenset[str]) -> Iterator[tuple[Any, ...]]:
    event: Event = board.events[key]
    best = best_lines(event["lines"], out, board.odds_format)
    about = (key, event["starts_at"], event.get("away"), event.get("home"))
    found = [
        (market, outcome, book, line)
        for book, markets in event["lines"].items()
        for market, lines in markets.items()
        for outcome, line in lines.items()
    ]
    for market, outcome, book, (price, point) in sorted(found, key=lambda one: one[:3]):
        is_best = book in best.get(market, {}).get(outcome, ())
        told = (market, outcome, book, point, price, "yes" if is_best else "")
        yield (*about, *told, board.odds_format)
