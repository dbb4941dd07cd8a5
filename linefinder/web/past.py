"""A moment that a request names, and the board as it stood then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import request

from linefinder import wire
from linefinder.domain.errors import BeforeFirst, Pruned, Refused
from linefinder.domain.feed import Feed, judge
from linefinder.domain.odds import Board, iso, iso_ms, parse_time, starts_at
from linefinder.store import past
from linefinder.store.past import Past
from linefinder.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows: the present board, or with `at` and `message` the one that stood then."""

    board: Board
    feed: Feed
    at: datetime | None = None
    message: wire.Message | None = None


def seen(w: Wiring, sport: str, now: datetime) -> Seen:
    """The board that the request asks for."""
    at = asked_moment(now)
    if at is None:
        return Seen(w.boards.stream(sport).board, w.boards.judge(sport, now))
    found = board_at(sport, at)
    return Seen(found.board, feed_at(found, at), at, message_of(found, at))


def asked_moment(now: datetime) -> datetime | None:
    """The moment of `?at=`; None where none is asked for, or it is yet to come: that is the present."""
    text = request.args.get("at")
    if text is None:
        return None
    try:
        at = parse_time(text)
    except ValueError:
        raise Refused(
            "bad_request",
            f"at={text[:64]!r} is no time: ISO 8601 with Z, such as 2026-11-23T21:00:05Z",
        ) from None
    return at if at < now else None


def board_at(sport: str, at: datetime) -> Past:
    """The board as it stood; Refused where it can't be told."""
    try:
        return past.board_at(sport, at)
    except BeforeFirst:
        words = f"there was no board yet at {iso(at)}{_since(sport)}"
        raise Refused("before_first", words, 404) from None
    except Pruned:
        words = f"the changes before {iso(at)} have been deleted (HISTORY_DAYS){_since(sport)}"
        raise Refused("pruned", words, 410) from None


def _since(sport: str) -> str:
    first = past.first_moment(sport)
    return f"; the first that is kept is of {iso_ms(first)}" if first else ""


def feed_at(found: Past, at: datetime) -> Feed:
    """The feed as it was, as far as polls tell: no age of single bookmakers, no plan."""
    return judge(found.facts, [starts_at(event) for event in found.board.events.values()], at)


def message_of(found: Past, at: datetime) -> wire.Message:
    """The board as it stood, as a message."""
    quota = {"remaining": found.remaining, "used": found.used, "reserve": None}
    feed = wire.feed_dict(feed_at(found, at), quota)
    until = iso_ms(found.until) if found.until else None
    return {**wire.board_dict(found.board, None, feed), "until": until}
