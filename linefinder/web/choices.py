"""The bookmakers that a viewer may choose, and has chosen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from linefinder.domain.odds import Board
from linefinder.web.asked import Asked
from linefinder.web.shown.words import BOOKS, short_name
from linefinder.wiring import Wiring


class BookChoice(NamedTuple):
    key: str
    title: str
    short: str
    mine: bool


def book_choices(boards: Iterable[Board], mine: Iterable[str]) -> list[BookChoice]:
    """The bookmakers of the boards, well-known ones first, and which are the viewer's; also one of
    these that no board has now."""
    titles = dict.fromkeys(mine, "")
    for board in boards:
        offering = {book for event in board.events.values() for book in event["lines"]}
        titles.update({book: board.bookmakers.get(book, book) for book in offering})
    named = {book: title or book for book, title in titles.items()}
    ranks = {book: rank for rank, book in enumerate(BOOKS)}
    order = sorted(named, key=lambda book: (ranks.get(book, 999), named[book], book))
    return [BookChoice(b, named[b], short_name(b, named[b]), b in set(mine)) for b in order]


def with_named(w: Wiring, asked: Asked, text: str) -> Asked:
    """With the bookmakers of a text that names them by short name, name or key."""
    typed = [_bare(part) for part in re.split("[,;]", text)]
    if not any(typed):
        return asked
    choices = book_choices((w.boards.stream(sport).board for sport in w.wanted.sports), ())
    found = [
        next((c.key for c in choices if part in map(_bare, (c.short, c.title, c.key))), None)
        for part in typed
    ]
    mine = dict.fromkeys([*asked.mine, *filter(None, found)])
    return replace(asked, mine=tuple(mine))


def _bare(text: str) -> str:
    """As people type it: no capitals, spaces or dots."""
    return re.sub("[^a-z0-9]", "", text.lower())
