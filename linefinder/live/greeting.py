"""What a newcomer is told: the board or what it missed, and how the data stands.

Ten thousand who come back after a restart are told the same: each message is made, framed and deflated
once while neither the board nor its feed changes, and shared.
"""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from linefinder import wire
from linefinder.board import Boards, Stream


class Greeting:
    """The messages for newcomers to a sport, for one state of its board and feed."""

    def __init__(self, stream: Stream, feed: wire.Message) -> None:
        self.stream, self.feed = stream, feed
        self._updates: dict[int, wire.Shared] = {}

    @cached_property
    def snapshot(self) -> wire.Shared:
        board = wire.board_dict(self.stream.board, self.stream.events_json, self.feed)
        return wire.Shared(board)

    @cached_property
    def status(self) -> wire.Shared:
        return wire.Shared(wire.status_dict(self.stream.board, self.feed))

    def update(self, update: wire.Update) -> wire.Shared:
        """An update that somebody missed."""
        sport, version = self.stream.board.sport, update.version
        if version not in self._updates:
            self._updates[version] = wire.Shared(wire.update_dict(sport, update, self.feed))
        return self._updates[version]


class Greetings:
    """The present greeting of each sport."""

    def __init__(self, boards: Boards) -> None:
        self._boards = boards
        self._kept: dict[str, Greeting] = {}

    def of(self, sport: str, now: datetime) -> Greeting:
        stream, feed = self._boards.stream(sport), self._boards.feed(sport, now)
        kept = self._kept.get(sport)
        if kept is None or kept.stream is not stream or kept.feed != feed:
            kept = self._kept[sport] = Greeting(stream, feed)
        return kept
