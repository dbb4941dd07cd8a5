"""What is worth a look among an event's loaded props, worked out once for all who ask the same."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from linefinder.domain.odds import Board, starts_at
from linefinder.domain.offers import Terms
from linefinder.domain.prop_finds import PropFind, prop_finds
from linefinder.store import sheets
from linefinder.web.asked import Asked
from linefinder.wiring import Wiring

MOST_FINDS = 50
PLACES = 6


class Game(NamedTuple):
    """What of an event decides what is found in its props."""

    event: str
    home: str | None
    in_play: bool


def prop_terms(w: Wiring, odds_format: str, asked: Asked) -> Terms:
    """How props are compared: as the settings and the viewer say."""
    return Terms(
        odds_format,
        frozenset(),
        w.config.fair_method,
        w.config.fair_weights,
        frozenset(asked.mine),
        {**w.config.odds_commission, **asked.fees},
    )


def found_in(w: Wiring, board: Board, event_id: str, asked: Asked) -> dict[str, Any]:
    """`finds` of the markets that were loaded, the best first, and the names of their bookmakers."""
    kept = [one for one in sheets.sheets(event_id) if one.odds_format == board.odds_format]
    event = board.events[event_id]
    terms = prop_terms(w, board.odds_format, asked)
    found: tuple[PropFind, ...] = ()
    if kept:
        moments = tuple((one.market, one.at) for one in kept)
        in_play = starts_at(event) <= w.now()
        game = Game(event_id, event.get("home"), in_play)
        found = _found(game, moments, _Same(terms))
    books = sorted({bet.bookmaker for one in found for bet in one.find.bets})
    return {
        "odds_format": board.odds_format,
        "bookmakers": {book: board.bookmakers.get(book, book) for book in books},
        "finds": [_told(one) for one in found],
    }


class _Same:
    """Terms that are the same where they say the same."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        weights, fees = (sorted(of.items()) for of in (terms.weights, terms.commission))
        self._key = terms.odds_format, terms.method, terms.mine, tuple(weights), tuple(fees)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=64)
def _found(
    game: Game, moments: tuple[tuple[str, datetime], ...], same: _Same
) -> tuple[PropFind, ...]:
    """What was loaded at a moment never changes, so that many who look cost one."""
    kept = sheets.sheets(game.event, [market for market, _ in moments], bodies=True)
    read = {one.market: one.sheet() for one in kept}
    return tuple(prop_finds(read, same.terms, game.home, game.in_play)[:MOST_FINDS])


def _told(found: PropFind) -> dict[str, Any]:
    about, find = found
    names = ("outcome", "bookmaker", "price", "point")
    bets = [
        {**{name: getattr(bet, name) for name in names}, "stake": round(bet.stake, PLACES)}
        for bet in find.bets
    ]
    return {
        "kind": find.kind,
        "market": find.market,
        "about": about,
        "edge": round(find.edge, PLACES),
        "bets": bets,
        "doubts": list(find.doubts),
        "probability": None if find.probability is None else round(find.probability, PLACES),
        "others": find.others,
    }
