"""Domain -> messages: the dictionaries and bytes of protocol.md, and the names of rooms. Pure.

Parts that many messages share (the events of a board, a patch) are encoded once and carried as
`msgspec.Raw`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from linefinder.domain.delta import Patch
from linefinder.domain.feed import Feed, Why
from linefinder.domain.odds import Board, Position, iso, iso_ms
from linefinder.domain.scores import Score
from linefinder.domain.stream import Delta

SNAPSHOT, UPDATE, STATUS, BYE = "odds_snapshot", "odds_update", "feed_status", "bye"
ALERT = "alert"
PASSING = ("status", "reason", "data_at", "polling", "next_poll_at", "because")
"""What of a feed passes with time."""
SCORES = "scores"
UNREADABLE = "(not JSON)"
"""The name that a message gets which can't be read."""
POSITION = "[0-9A-Za-z]{1,64}-[0-9]{1,16}"
"""How a position is written as the `id` of a server-sent event: <epoch>-<version>."""
Message = dict[str, Any]

_encode = msgspec.json.encode


class Shared(dict[str, Any]):
    """A message that many are sent: `frames` is what the first emit made of it, for the others."""

    frames: Any = None


@dataclass(frozen=True, slots=True)
class Update:
    """A delta ready for the wire: `patch` is its encoded merge patch."""

    epoch: str
    from_version: int
    version: int
    time: datetime
    checksum: int
    patch: bytes
    bookmakers: Mapping[str, str]


def encode(value: Any) -> bytes:
    """Compact JSON."""
    return _encode(value)


def decode(body: bytes | str) -> Any:
    """JSON -> plain values."""
    return msgspec.json.decode(body)


def room(sport: str) -> str:
    """The room of everyone who hears a sport."""
    return f"sport:{sport}"


def alert_room(watcher: str) -> str:
    """The room of a browser that waits for alerts, by the hash of its id."""
    return f"alerts:{watcher}"


def update_of(epoch: str, delta: Delta) -> Update:
    """The delta with its patch encoded."""
    return Update(
        epoch,
        delta.from_version,
        delta.version,
        delta.time,
        delta.checksum,
        _encode(delta.patch),
        delta.bookmakers,
    )


def delta_of(update: Update) -> Delta:
    """The delta that an update tells."""
    return Delta(
        update.from_version,
        update.version,
        update.time,
        update.checksum,
        patch_from(update.patch),
        dict(update.bookmakers),
    )


def feed_dict(feed: Feed, quota: Mapping[str, int | None]) -> Message:
    """The `feed` of a message; `scores` only where a game has one."""
    return {
        "status": feed.status,
        "reason": feed.reason,
        "data_at": iso(feed.data_at) if feed.data_at else None,
        "polling": feed.polling,
        "next_poll_at": iso(feed.next_poll_at) if feed.next_poll_at else None,
        "because": _because(feed.because) if feed.because else None,
        "fresh": feed.fresh,
        "ages": feed.ages,
        "quota": quota,
        **(
            {SCORES: {key: score_dict(one) for key, one in feed.scores.items()}}
            if feed.scores
            else {}
        ),
    }


def score_dict(score: Score | None) -> Message | None:
    """A score as it is told; None where there is none."""
    return {**score._asdict(), "at": iso(score.at)} if score else None


def _because(why: Why) -> Message:
    return {"kind": why.kind, "events": why.events, "at": iso(why.at) if why.at else None}


def board_dict(board: Board, events: bytes | None, feed: Message) -> Message:
    """A board, whole; `events` are its events already encoded, or None to give them as they are."""
    return {
        "sport": board.sport,
        "epoch": board.epoch,
        "version": board.version,
        "time": iso_ms(board.time) if board.time else None,
        "odds_format": board.odds_format,
        "checksum": board.checksum,
        "bookmakers": board.bookmakers,
        "events": board.events if events is None else msgspec.Raw(events),
        "feed": feed,
    }


def update_dict(sport: str, update: Update, feed: Message) -> Message:
    """An `odds_update`."""
    message = {
        "sport": sport,
        "epoch": update.epoch,
        "from": update.from_version,
        "version": update.version,
        "time": iso_ms(update.time),
        "checksum": update.checksum,
        "patch": msgspec.Raw(update.patch),
        # scores change apart from odds, and clients keep the last
        "feed": {key: told for key, told in feed.items() if key != SCORES},
    }
    if update.bookmakers:
        message["bookmakers"] = update.bookmakers
    return message


def status_dict(board: Board, feed: Message) -> Message:
    """A `feed_status`."""
    return {
        "sport": board.sport,
        "epoch": board.epoch,
        "version": board.version,
        "checksum": board.checksum,
        "feed": feed,
    }


def heartbeat_dict(board: Board, feed: Message) -> Message:
    """A `feed_status` that says only what passes with time; clients keep the rest."""
    kept = {key: feed[key] for key in PASSING}
    return status_dict(board, kept)


def event_bytes(name: str, message: Message) -> bytes:
    """A message as a server-sent event; the `id` of one with a position is <epoch>-<version>."""
    lines = [b"event: " + name.encode()]
    if "version" in message:
        lines.append(f"id: {message['epoch']}-{message['version']}".encode())
    if "retry_after" in message:
        lines.append(f"retry: {round(1000 * message['retry_after'])}".encode())
    return b"\n".join([*lines, b"data: " + _encode(message), b"", b""])


def position_from(text: str) -> Position | None:
    """The position that the `id` of a server-sent event stands for; None where it is none."""
    if not re.fullmatch(POSITION, text):
        return None
    epoch, _, version = text.partition("-")
    return Position(epoch, int(version))


def patch_from(body: bytes) -> Patch:
    """A stored patch, with lines as tuples again: in memory a line is never a list."""
    patch: Patch = decode(body)
    for event in patch.values():
        for markets in ((event or {}).get("lines") or {}).values():
            for outcomes in (markets or {}).values():
                for outcome, line in (outcomes or {}).items():
                    if line is not None:
                        outcomes[outcome] = tuple(line)
    return patch


class SocketJson:
    """The `json` of the Socket.IO server: the same encoder, so that raw parts pass through."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return _encode(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return [UNREADABLE]  # refused like any message with an unknown name
