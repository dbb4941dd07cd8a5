"""The past of a board: what stood on it at a moment, told again from the changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from linefinder.domain.errors import BeforeFirst, Pruned
from linefinder.domain.feed import Facts
from linefinder.domain.odds import Board, Events, iso
from linefinder.store.engine import reading
from linefinder.store.models import (
    Sport,
    Version,
)
from linefinder.store.standing import (
    SUCCEEDED,
    LastPolls,
    Names,
    last_polls,
    lines_at,
    names_of,
    present_at,
    time_of,
    version_at,
)
from linefinder.store.times import millis, moment
from linefinder.store.values import line_of


@dataclass(frozen=True, slots=True)
class Past:
    """A board as it stood, until when (None: it still does), what was known about its feed then, and
    the credits then (None: unknown)."""

    board: Board
    until: datetime | None
    facts: Facts
    remaining: int | None
    used: int | None


def board_at(sport: str, at: datetime) -> Past:
    """The board of the last version that is not later than a moment.

    Raises BeforeFirst where there was no board yet, Pruned where its changes have been deleted.
    """
    with reading() as connection:
        row = connection.execute(version_at(sport, millis(at))).first()
        if row is None:
            raise BeforeFirst(sport, at)
        present = connection.execute(present_at(row.sport_id, row.number)).all()
        lines = connection.execute(lines_at([event.id for event in present], row.number)).all()
        names = names_of(connection, lines)
        polls = last_polls(connection, row.sport_id, millis(at))
        until = connection.scalar(time_of(row.sport_id, row.number + 1))
        # asked last: who deletes says so first, so that no half-deleted board is taken for whole
        told_from = connection.scalar(select(Sport.told_from).where(Sport.id == row.sport_id))
    if row.number < (told_from or 0):
        raise Pruned(sport, at)
    board = _board(sport, row, names.titles, _events_of(present, lines, names))
    return _past(board, until, polls)


def first_moment(sport: str) -> datetime | None:
    """From when on the board can be told; None where there never was one."""
    query = (
        select(Version.time)
        .join(Sport, Sport.id == Version.sport_id)
        .where(Sport.key == sport, Version.number >= Sport.told_from)
        .order_by(Version.number)
        .limit(1)
    )
    with reading() as connection:
        found = connection.scalar(query)
    return None if found is None else moment(found)


def _events_of(present: Sequence[Row[Any]], lines: Sequence[Any], names: Names) -> Events:
    events: Events = {}
    by_id: dict[int, Any] = {}
    for row in present:
        teams = {"home": row.home, "away": row.away}
        events[row.key] = {
            **{side: name for side, name in teams.items() if name is not None},
            "starts_at": iso(moment(row.starts_at)),
            "lines": {},
        }
        by_id[row.id] = events[row.key]["lines"]
    for event_id, book, market, outcome, *line in lines:
        markets = by_id[event_id].setdefault(names.books[book], {})
        outcomes = markets.setdefault(names.markets[market], {})
        outcomes[names.outcomes[outcome]] = line_of(*line)
    return events


def _board(sport: str, row: Row[Any], titles: dict[str, str], events: Events) -> Board:
    return Board(
        sport,
        row.epoch,
        row.odds_format,
        row.number,
        moment(row.time),
        row.checksum,
        titles,
        events,
    )


def _past(board: Board, until: int | None, polls: LastPolls) -> Past:
    last, succeeded, called = polls
    failed = last is not None and last.outcome not in SUCCEEDED
    facts = Facts(
        # polls are forgotten before changes are; the board was certainly confirmed when it changed
        data_at=moment(succeeded.ended_at) if succeeded else board.time,
        failure=last.outcome if failed else None,
        polling=True,
    )
    return Past(
        board,
        None if until is None else moment(until),
        facts,
        called.remaining if called else None,
        called.used if called else None,
    )
