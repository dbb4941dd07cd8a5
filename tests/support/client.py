"""A viewer without a browser: follows the client's rule of protocol.md and counts its troubles."""

from __future__ import annotations

import functools
import time
from typing import Any

from tests.support.connection import Connection
from tests.support.engine import Json, Message
from tests.support.judge import HeldBoard, Verdict


class BoardClient(Connection):
    """Holds the boards of the sports it wants, kept right by the messages and the rule.

    boards: by the provider's key. mismatches: checksums that differed. resyncs: subscribes that the
    rule asked for. acknowledgements: the answers to subscribe. strays: messages of a sport that it
    did not want. overdue: seconds until a version that was named but did not come is asked for.
    """

    def __init__(self, url: str, *sports: str, overdue: float = 2.0, **options: Any) -> None:
        self.wanted, self.overdue = list(sports), overdue
        self.boards: dict[str, HeldBoard] = {}
        self.strays: list[Message] = []
        self.acknowledgements: list[Json] = []
        self.mismatches = self.resyncs = 0
        self.may_mismatch = False
        self._asking: set[str] = set()
        self._gaps: set[str] = set()
        self._due: dict[str, float] = {}
        super().__init__(url, **options)  # starts the thread: last

    @property
    def board(self) -> HeldBoard:
        """The one board of a client that wants one sport; one that holds nothing before it came."""
        return next(iter(self.boards.values()), HeldBoard(""))

    def subscribe(self, sport: str) -> None:
        """Want one more sport."""
        with self.changed:
            self.wanted.append(sport)
            self._ask(sport)

    def unsubscribe(self, sport: str) -> Json:
        """Want it no longer, and forget its board; the acknowledgement."""
        with self.changed:
            self.wanted.remove(sport)
            self.boards.pop(sport, None)
        return self.call("unsubscribe", {"sport": sport})

    def __repr__(self) -> str:
        held = {sport: (board.epoch, board.version) for sport, board in self.boards.items()}
        last = [(one.name, one.body.get("version")) for one in self.messages[-4:]]
        return (
            f"BoardClient(holds {held}, heard {len(self.messages)}, last {last},"
            f" answered {self.acknowledgements[-1:]}, {self.mismatches} mismatches,"
            f" {self.resyncs} resyncs, refused {self.refusals[-3:]}, failed {self.failures})"
        )

    def greet(self) -> None:
        """Subscribe with what is held: first visit, reconnect and restart are the same path."""
        self._asking, self._gaps, self._due = set(), set(), {}
        for sport in self.wanted:
            self._ask(sport)

    def tick(self, now: float) -> None:
        """Ask for versions that were named and did not come."""
        for sport in [sport for sport, due in self._due.items() if due <= now]:
            self._ask_again(sport)

    def follow(self, name: str, body: Json) -> None:
        """The client's rule."""
        if name in ("bye", "alert"):
            return
        sport = body["sport"]
        if sport not in self.wanted and not self._asking:
            self.strays.append(self.messages[-1])
            return
        board = self.boards.setdefault(sport, HeldBoard(sport))
        verdict = board.take(name, body)
        if not board.behind:
            self._due.pop(sport, None)
        if verdict is Verdict.AHEAD:
            self._due.setdefault(sport, time.monotonic() + self.overdue)
        if verdict is Verdict.MISMATCH:
            self.mismatches += 1
            board.drop()
        if verdict in (Verdict.GAP, Verdict.MISMATCH):
            self._ask_again(sport)

    def _ask(self, sport: str) -> None:
        board = self.boards.get(sport)
        self._asking.add(sport)
        body = {"sport": sport, **(board.position if board else {})}
        self.emit("subscribe", body, functools.partial(self._answered, sport))

    def _ask_again(self, sport: str) -> None:
        """Not while an answer is under way: it may bring just what is missing."""
        self._due.pop(sport, None)
        if self._asking:
            self._gaps.add(sport)
            return
        self._gaps.discard(sport)
        self.resyncs += 1
        self._ask(sport)

    def _answered(self, asked: str, answer: Json) -> None:
        with self.changed:
            self.acknowledgements.append(answer)
            self._asking.discard(asked)
            if answer["ok"] and asked in self.wanted:
                self.wanted[self.wanted.index(asked)] = answer["sport"]
            elif not answer["ok"] and answer["error"]["code"] == "too_many_requests":
                self._due[asked] = time.monotonic() + 1
            gaps, self._gaps = self._gaps & self.boards.keys(), set()
            for sport in gaps:
                if self.boards[sport].behind:
                    self._ask_again(sport)
            self.changed.notify_all()
