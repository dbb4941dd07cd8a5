"""The boards of all polled sports as a viewer sees them, and what is found there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from linefinder.domain.feed import Feed
from linefinder.domain.finder import Find, by_edge, finds_on, seen_at
from linefinder.domain.odds import Board
from linefinder.domain.offers import Terms
from linefinder.web.asked import Asked
from linefinder.web.shown.comparison import terms_of
from linefinder.wiring import Wiring


class Sight(NamedTuple):
    """A sport as a viewer sees it."""

    board: Board
    feed: Feed
    terms: Terms


def sights(w: Wiring, asked: Asked, now: datetime) -> list[Sight]:
    """The boards of the polled sports."""
    found = []
    for sport in w.wanted.sports:
        board, feed = w.boards.stream(sport).board, w.boards.judge(sport, now)
        terms = terms_of(feed, board.odds_format, w.config, asked.mine, asked.fees)
        found.append(Sight(board, feed, terms))
    return found


def finds_at(seen: Iterable[Sight], now: datetime) -> list[Find]:
    """All that is found, the best first."""
    found: list[Find] = []
    for board, feed, terms in seen:
        said = _said(_Asked(board, feed.ages, terms))
        found += seen_at(said, board, feed.data_at, now)
    return by_edge(found)


class _Asked:
    """What makes finds what they are. Boards are never changed, only replaced, and as the one asked
    about is kept, no other has its place in memory."""

    def __init__(self, board: Board, ages: Any, terms: Terms) -> None:
        self.board, self.ages, self.terms = board, ages, terms
        fees = tuple(sorted(terms.commission.items()))
        own = (id(board.events), board.sport, board.odds_format, terms.mine, fees)
        self._key = (*own, tuple(sorted(ages.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=64)
def _said(asked: _Asked) -> tuple[Find, ...]:
    """The same for all who ask the same of one version: many look at once."""
    return tuple(finds_on(asked.board, asked.ages, asked.terms))
