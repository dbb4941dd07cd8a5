"""Bytes that a viewer of a recorded day takes off the wire, beside the answers that they stand for.

A viewer that offers permessage-deflate gets each message deflated by itself, as everyone else does.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import Any

from linefinder import wire
from linefinder.board import Boards, Stream
from linefinder.domain.odds import Board
from linefinder.domain.stream import advance
from linefinder.live.frames import Frames
from linefinder.live.teller import HEARTBEAT
from linefinder.provider.normalise import Seen, normalise
from tests.support.recordings import Poll, Recordings, recordings_folder

RECORDING = "mlb-2026-08-5min"
PING_SECONDS, PING_BYTES = 30, 3


class Wire:
    """Counts what one viewer takes: `plain` and `deflated` bytes of each kind of message."""

    def __init__(self) -> None:
        self.plain, self.deflated = Counter[str](), Counter[str]()

    def take(self, kind: str, message: wire.Message, times: int = 1) -> None:
        name = wire.UPDATE if kind == "updates" else wire.STATUS
        frames = Frames("42" + wire.SocketJson.dumps([name, message]))
        self.plain[kind] += times * len(frames.plain)
        self.deflated[kind] += times * len(frames.deflated or frames.deflate())


def follow(boards: Boards, poll: Poll, seen: Seen, body: bytes) -> tuple[str, wire.Message]:
    """What the room is told after a poll, and what kind of message that is."""
    odds = normalise(body, seen)
    stream = boards.stream(poll.sport)
    board, texts, delta = advance(stream.board, stream.texts, odds, poll.at)
    boards.learn(poll.sport, data_at=poll.at, confirmed=odds.confirmed)
    feed = boards.feed(poll.sport, poll.at)
    if delta is None:
        return "statuses", wire.status_dict(board, feed)
    update = wire.update_of("0a0b0c0d", delta)
    boards.swap(stream.following(board, texts, update, 8))
    return "updates", wire.update_dict(poll.sport, update, boards.feed(poll.sport, poll.at))


def heartbeats(boards: Boards, sport: str, since: datetime, until: datetime) -> tuple[Any, int]:
    """The heartbeat that breaks the silence between two polls, and how often it does."""
    feed = boards.feed(sport, since)
    beat = wire.heartbeat_dict(boards.stream(sport).board, feed)
    return beat, max(0, int((until - since) / HEARTBEAT) - 1)


def main() -> None:
    """Print bytes a viewer-hour and their share of the raw answers."""
    boards, seen, taken = Boards("american", None), Seen(), Wire()
    polls = list(Recordings(recordings_folder()).polls(RECORDING))
    raw, last = 0, polls[0].at
    boards.swap(Stream(Board(polls[0].sport, "0a0b0c0d", "american")))
    follow(boards, polls[0], seen, json.dumps(polls[0].odds).encode())  # the snapshot, told apart
    for poll in polls[1:]:
        body = json.dumps(poll.odds, separators=(",", ":"), ensure_ascii=False).encode()
        raw += len(body)
        taken.take("heartbeats", *heartbeats(boards, poll.sport, last, poll.at))
        taken.take(*follow(boards, poll, seen, body))
        last = poll.at
    hours = (last - polls[0].at).total_seconds() / 3600
    taken.plain["pings"] = taken.deflated["pings"] = int(hours * 3600 / PING_SECONDS) * PING_BYTES
    say(taken, raw, hours, len(polls))


def say(taken: Wire, raw: int, hours: float, polls: int) -> None:
    print(
        f"{RECORDING}: {polls} polls in {hours:.1f} h, raw answers {raw / hours:,.0f} bytes an hour"
    )
    print("| a viewer takes | deflated, an hour | of the raw answers | plain, an hour |")
    print("|---|---|---|---|")
    for kind in ("updates", "statuses", "heartbeats", "pings"):
        deflated, plain = taken.deflated[kind], taken.plain[kind]
        share = f"1/{raw / deflated:.0f}" if deflated else "-"
        print(f"| {kind} | {deflated / hours:,.0f} | {share} | {plain / hours:,.0f} |")
    total, plain = sum(taken.deflated.values()), sum(taken.plain.values())
    print(f"| all | {total / hours:,.0f} | 1/{raw / total:.0f} | {plain / hours:,.0f} |")


if __name__ == "__main__":
    main()
