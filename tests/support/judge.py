"""The judge: protocol.md's merge patch, checksum and client's rule, written anew from its text.

Nothing here is imported from linefinder: a mistake there must not be repeated here.
"""

from __future__ import annotations

import copy
import zlib
from collections.abc import Iterator
from enum import Enum
from math import floor
from typing import Any

Json = dict[str, Any]
BY_NAME = {"h2h", "h2h_lay", "spreads", "totals", "outrights", "outrights_lay"}


def merge(target: Any, patch: Any) -> Any:
    """RFC 7386's MergePatch(Target, Patch), line by line of its pseudo-code, on copies."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    merged = copy.deepcopy(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def rows(events: Json) -> Iterator[str]:
    """`event|bookmaker|market|outcome|P|Q` for each line."""
    for event_id, event in events.items():
        for bookmaker, markets in event["lines"].items():
            for market, outcomes in markets.items():
                for outcome, (price, point) in outcomes.items():
                    p = floor(1000 * price + 0.5)
                    q = "" if point is None else floor(1000 * point + 0.5)
                    yield "|".join([event_id, bookmaker, market, outcome, str(p), str(q)])


def checksum_of(events: Json) -> int:
    """CRC-32 of the sorted rows, joined by newlines; Python sorts strings by code point."""
    return zlib.crc32("\n".join(sorted(rows(events))).encode("utf-8", "surrogatepass"))


def read_by_hand(answer: list[Json]) -> Json:
    """The events of the board that an answer of `/odds` makes, written anew and slowly."""
    board: dict[str, Any] = {}
    for one in answer:
        if one["id"] in board:
            continue
        lines: dict[str, Any] = {}
        for bookmaker in one["bookmakers"]:
            markets: dict[str, Any] = {}
            for offered in bookmaker["markets"]:
                outcomes: dict[str, Any] = {}
                for each in offered["outcomes"]:
                    name = name_of(offered["key"], each)
                    outcomes.setdefault(name, [each["price"], each.get("point")])
                if outcomes:
                    markets.setdefault(offered["key"], outcomes)
            if markets:
                lines.setdefault(bookmaker["key"], markets)
        board[one["id"]] = {"starts_at": one["commence_time"], "lines": lines}
        for side, team in (("home", one["home_team"]), ("away", one["away_team"])):
            if team is not None:
                board[one["id"]][side] = team
    return board


def name_of(market_key: str, offered: Json) -> str:
    if market_key in BY_NAME:
        return str(offered["name"])
    point = offered.get("point")
    parts = [offered["name"], offered.get("description"), None if point is None else f"{point:g}"]
    return " / ".join(part for part in parts if part)


class Verdict(Enum):
    """What the client's rule says after a message."""

    FINE = "nothing to do"
    IGNORED = "older than what is held"
    GAP = "subscribe again with what is held"
    MISMATCH = "throw the board away and subscribe with nothing"
    AHEAD = "subscribe again unless that version arrives within 2 s"


class HeldBoard:
    """The board of one sport as a client holds it; `version` is None while it holds nothing."""

    def __init__(self, sport: str) -> None:
        self.sport = sport
        self.feed: Json = {}
        self.newest: tuple[str, int] | None = None
        self.drop()

    def drop(self) -> None:
        """Hold nothing; what is known of the feed stays."""
        self.epoch: str | None = None
        self.version: int | None = None
        self.time: str | None = None
        self.checksum: int | None = None
        self.odds_format: str | None = None
        self.events: Json = {}
        self.bookmakers: Json = {}

    @property
    def position(self) -> Json:
        """What a subscribe says: epoch and version, or nothing."""
        return {} if self.version is None else {"epoch": self.epoch, "version": self.version}

    @property
    def behind(self) -> bool:
        """The server has named a newer version, or another epoch, than the one held."""
        return self.newest is not None and (
            self.epoch != self.newest[0] or self.version is None or self.version < self.newest[1]
        )

    def whole(self) -> Json:
        """The board as REST would give it, without the feed."""
        names = ("sport", "epoch", "version", "time", "odds_format", "checksum", "bookmakers")
        return {name: getattr(self, name) for name in names} | {"events": self.events}

    def take(self, name: str, message: Json) -> Verdict:
        """Follow the client's rule for one message about this sport."""
        rule = {
            "odds_snapshot": self._snapshot,
            "odds_update": self._update,
            "feed_status": self._status,
        }[name]
        self.newest = (message["epoch"], message["version"])
        self.feed = {**self.feed, **message["feed"]}
        return rule(message)

    def _snapshot(self, board: Json) -> Verdict:
        """It always replaces."""
        self.epoch, self.version, self.time = board["epoch"], board["version"], board["time"]
        self.odds_format, self.checksum = board["odds_format"], board["checksum"]
        self.events = copy.deepcopy(board["events"])
        self.bookmakers = dict(board["bookmakers"])
        return self._checked()

    def _update(self, update: Json) -> Verdict:
        """Apply it where it fits on what is held."""
        if self.version is None or update["epoch"] != self.epoch or update["from"] > self.version:
            return Verdict.GAP
        if update["version"] <= self.version:
            return Verdict.IGNORED
        self.events = merge(self.events, update["patch"])
        self.bookmakers |= update.get("bookmakers") or {}
        self.version, self.time = update["version"], update["time"]
        self.checksum = update["checksum"]
        return self._checked()

    def _status(self, status: Json) -> Verdict:
        """A word about the feed and about the position of the server."""
        if self.version is None or status["epoch"] != self.epoch:
            return Verdict.GAP
        if status["version"] > self.version:
            return Verdict.AHEAD
        same = status["version"] == self.version
        return Verdict.MISMATCH if same and status["checksum"] != self.checksum else Verdict.FINE

    def _checked(self) -> Verdict:
        return Verdict.FINE if checksum_of(self.events) == self.checksum else Verdict.MISMATCH
