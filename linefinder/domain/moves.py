"""How lines move: without flicker, verified by several books, and as steam.

A price that goes and comes back within a minute is an accident of the feed, so a move of one book
alone is told once it has stood for a minute. Where several books move the same way it is told at once.
Books of one owner or one odds supplier are no witnesses of each other: they count once.

Polls see states, not moves: a move came at some time between two polls. So each carries both: `since`,
the poll that did not see it yet, and `seen`, the one that did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from linefinder.domain.compare import merit
from linefinder.domain.delta import diff, line_changes
from linefinder.domain.odds import Events, Line, LineKey
from linefinder.domain.price import is_offered, to_decimal

FLICKER = timedelta(minutes=1)
VERIFIED_WITHIN = timedelta(minutes=5)
REMEMBERED = timedelta(minutes=30)
"""The longest time frame of a steam."""

RELATED = (
    ("betonlineag", "lowvig"),
    (
        "betrivers",
        "ballybet",
        "unibet_us",
        "unibet_uk",
        "unibet",
        "unibet_eu",
        "leovegas",
        "casumo",
    ),
    ("betsson", "nordicbet"),
    ("betfair_ex_uk", "betfair_ex_eu", "betfair_ex_au"),
    ("bovada", "bodog"),
    ("ladbrokes_uk", "coral", "ladbrokes_au", "neds"),
    ("paddypower", "betfair_sb_uk"),
)
"""Books of one owner or supplier, whose lines are copies of each other."""
GROUPS = {book: related[0] for related in RELATED for book in related}


class Way(NamedTuple):
    """Where a move leads: up (1) pays more to who bets on the outcome, down (-1) less."""

    event: str
    market: str
    outcome: str
    up: int


@dataclass(frozen=True, slots=True)
class Move:
    """The line `key` went from `was` to `line`, between the polls at `since` and `seen`. `start`: where
    it stood before it began to move this way; `books`: how many unrelated books have moved this way
    lately, this one included."""

    key: LineKey
    was: Line
    line: Line
    since: datetime
    seen: datetime
    start: Line
    books: int = 1

    @property
    def verified(self) -> bool:
        return self.books > 1

    @property
    def way(self) -> Way:
        return Way(
            self.key.event,
            self.key.market,
            self.key.outcome,
            compared(self.key, self.was, self.line),
        )


class Steam(NamedTuple):
    """Unrelated books that moved one way within a time frame, in the order in which they were seen."""

    way: Way
    moves: tuple[Move, ...]


class Open(NamedTuple):
    """A line that has left `was` and is watched: whether it stays away."""

    was: Line
    since: datetime
    seen: datetime
    up: int


def compared(key: LineKey, was: Line, line: Line) -> int:
    """1 where the line got better for who bets on it, -1 where worse, 0 where neither."""
    before, after = (merit(key.market, key.outcome, value) for value in (was, line))
    return (after > before) - (after < before)


def size(was: Line, line: Line, odds_format: str) -> tuple[float, float]:
    """(points, probability) by which a line moved; prices at different points do not compare."""
    (price, point), (to, at) = was, line
    points = abs(at - point) if at is not None and point is not None else 0.0
    if points:
        return points, 0.0
    return 0.0, abs(1 / to_decimal(to, odds_format) - 1 / to_decimal(price, odds_format))


def group_of(bookmaker: str) -> str:
    """The name under which related books count once."""
    return GROUPS.get(bookmaker, bookmaker)


@dataclass
class Moves:
    """The moves of one sport. `open`: lines that have left a value; `trail`: for each way the last move
    of each book, however young; `steamed`: when a steam was last there."""

    odds_format: str
    open: dict[LineKey, Open] = field(default_factory=dict)
    trail: dict[Way, dict[str, Move]] = field(default_factory=dict)
    steamed: dict[tuple[Way, int, timedelta], datetime] = field(default_factory=dict)

    def saw(self, before: Events, after: Events, since: datetime, now: datetime) -> list[Move]:
        """The polls at `since` and `now` found these boards: the moves that can be told now."""
        for key, line in line_changes(before, after, diff(before, after)):
            if not key.market.endswith("_lay"):
                self._changed(key, self._offer(_line(before, key)), self._offer(line), (since, now))
        self._forget(after, now)
        return self.told(after, now)

    def told(self, board: Events, now: datetime) -> list[Move]:
        """Moves of `board` that are verified or have stood for a minute; each is told once."""
        found = []
        for key, left in list(self.open.items()):
            line = self._offer(_line(board, key))
            if line is None:
                continue
            way = Way(key.event, key.market, key.outcome, left.up)
            books = self._witnesses(way, now)
            if books > 1 or now - left.seen >= FLICKER:
                del self.open[key]
                last = self.trail.get(way, {}).get(key.bookmaker)
                start = last.start if last else left.was
                found.append(Move(key, left.was, line, left.since, left.seen, start, max(1, books)))
        return found

    def steam(self, way: Way, books: int, frame: timedelta, now: datetime) -> Steam | None:
        """`books` unrelated books that moved this way within `frame` for certain: no move of them can
        have come before it. Polls further apart than the frame see no steam, and one that goes on is
        told once."""
        first: dict[str, Move] = {}
        for move in sorted(self.trail.get(way, {}).values(), key=lambda move: move.seen):
            if move.since >= now - frame:
                first.setdefault(group_of(move.key.bookmaker), move)
        if len(first) < books:
            return None
        last = self.steamed.get((way, books, frame))
        self.steamed[way, books, frame] = now
        goes_on = last is not None and now - last <= frame
        return None if goes_on else Steam(way, tuple(first.values()))

    def moved_at(self, now: datetime) -> Iterator[Way]:
        """The ways in which a book was first seen to move at `now`."""
        for way, moves in self.trail.items():
            if any(move.seen == now for move in moves.values()):
                yield way

    def _changed(
        self, key: LineKey, old: Line | None, line: Line | None, span: tuple[datetime, datetime]
    ) -> None:
        left = self.open.get(key)
        was = left.was if left else old
        if was is None:
            return  # its opener
        up = compared(key, was, line) if line else 0
        if line and not up:
            self.open.pop(key, None)  # back where it was: a flicker
        elif left and left.up and up in (left.up, 0):
            pass  # further away, or suspended on the way
        elif left and not left.up:
            self.open[key] = Open(was, left.since, span[1], up)  # back, and elsewhere
        else:
            self.open[key] = Open(was, *span, up)
        if line:
            self._follow(key, was, line, span)

    def _follow(self, key: LineKey, was: Line, line: Line, span: tuple[datetime, datetime]) -> None:
        """Keep the last move of a book; one the other way ends it."""
        up = compared(key, was, line)
        for side in (1, -1):
            moves = self.trail.setdefault(Way(key.event, key.market, key.outcome, side), {})
            last = moves.get(key.bookmaker)
            if side == up:
                start = last.start if last else was
                moves[key.bookmaker] = Move(key, was, line, *span, start)
            elif last:
                del moves[key.bookmaker]

    def _witnesses(self, way: Way, now: datetime) -> int:
        """How many unrelated books have moved this way lately."""
        moves = self.trail.get(way, {}).items()
        return len({group_of(book) for book, move in moves if now - move.seen <= VERIFIED_WITHIN})

    def _offer(self, line: Line | None) -> Line | None:
        return line if line and is_offered(line[0], self.odds_format) else None

    def _forget(self, board: Events, now: datetime) -> None:
        """What left the board, and moves too old for any steam."""
        self.open = {key: left for key, left in self.open.items() if key.event in board}
        kept = {
            way: {book: move for book, move in moves.items() if now - move.seen <= REMEMBERED}
            for way, moves in self.trail.items()
            if way.event in board
        }
        self.trail = {way: moves for way, moves in kept.items() if moves}
        self.steamed = {key: at for key, at in self.steamed.items() if now - at <= REMEMBERED}


def _line(board: Mapping[str, Any], key: LineKey) -> Line | None:
    markets = board.get(key.event, {}).get("lines", {}).get(key.bookmaker, {})
    line: Line | None = markets.get(key.market, {}).get(key.outcome)
    return line
