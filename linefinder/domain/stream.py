"""A sport's stream: how a board goes on, and what somebody who held an older one has missed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from linefinder.domain.checksum import Texts, checksum_of, texts_after
from linefinder.domain.delta import Patch, apply, diff
from linefinder.domain.odds import Board, Odds, Position


@dataclass(frozen=True, slots=True)
class Delta:
    """What turns `from_version` into `version`; `bookmakers` are those named for the first time."""

    from_version: int
    version: int
    time: datetime
    checksum: int
    patch: Patch
    bookmakers: dict[str, str]


def advance(
    board: Board, texts: Texts, odds: Odds, now: datetime
) -> tuple[Board, Texts, Delta | None]:
    """The board after an answer, its checksum texts, and the delta; no delta where nothing changed.

    The new board is exactly what the answer says: what it does not name is gone.
    """
    patch = diff(board.events, odds.events)
    if not patch:
        return board, texts, None
    names = {
        key: title for key, title in odds.bookmakers.items() if board.bookmakers.get(key) != title
    }
    after = texts_after(texts, odds.events, patch)
    moment = truncated(now) if board.time is None else max(truncated(now), board.time)
    delta = Delta(board.version, board.version + 1, moment, checksum_of(after), patch, names)
    following = replace(
        board,
        version=delta.version,
        time=delta.time,
        checksum=delta.checksum,
        bookmakers={**board.bookmakers, **names},
        events=odds.events,
    )
    return following, after, delta


def follow(board: Board, texts: Texts, delta: Delta) -> tuple[Board, Texts] | None:
    """The board after a delta that another process made of it; None where it does not fit: it begins at
    another version, or the checksum is another's."""
    if delta.from_version != board.version:
        return None
    events = apply(board.events, delta.patch)
    after = texts_after(texts, events, delta.patch)
    if checksum_of(after) != delta.checksum:
        return None
    following = replace(
        board,
        version=delta.version,
        time=delta.time,
        checksum=delta.checksum,
        bookmakers={**board.bookmakers, **delta.bookmakers},
        events=events,
    )
    return following, after


def missed(held: Position | None, now_at: Position, oldest: int) -> range | None:
    """The versions that somebody who holds `held` lacks, or None where only a snapshot helps.

    `oldest` is the earliest version from which the kept deltas lead on without a gap.
    """
    if held is None or held.epoch != now_at.epoch:
        return None
    if not oldest <= held.version <= now_at.version:
        return None
    return range(held.version + 1, now_at.version + 1)


def truncated(moment: datetime) -> datetime:
    """To the millisecond, so that a time is the same in memory, in the database and on the wire."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
