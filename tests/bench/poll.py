"""CPU of one poll, from the body to the committed and encoded update, as a ratio to json.loads of it.

The largest recorded board; the two are measured in turn in one process, medians of many rounds.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from linefinder import wire
from linefinder.domain.quota import Usage
from linefinder.polling.errand import Errand
from linefinder.provider.client import Answer
from tests.support.recordings import Recordings, recordings_folder
from tests.support.rooms import Ears, House, open_house

ROUNDS = 60
SHARE = 0.05
WITHIN = {"nothing changed": 2.0, "5 % changed": 6.0}


class Encoder(Ears):
    """Encodes what the rooms would be told, once, as the server does."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self._house = house

    def update(self, sport: str, update: wire.Update) -> None:
        feed = self._house.boards.feed(sport, self._house.clock())
        wire.SocketJson.dumps([wire.UPDATE, wire.update_dict(sport, update, feed)])

    def status(self, sport: str) -> None:
        board = self._house.boards.stream(sport).board
        feed = self._house.boards.feed(sport, self._house.clock())
        wire.SocketJson.dumps([wire.STATUS, wire.status_dict(board, feed)])


def main() -> None:
    """Print the ratios of the two cases."""
    name, sport, odds = largest_board(Recordings(recordings_folder()))
    lines = sum(len(m["outcomes"]) for e in odds for b in e["bookmakers"] for m in b["markets"])
    size = len(json.dumps(odds, separators=(",", ":")))
    print(f"{name}: {len(odds)} events, {lines} lines, {size:,} bytes")
    with (
        tempfile.TemporaryDirectory() as folder,
        open_house(Path(folder), POLL_SPORTS=sport) as house,
    ):
        house.poller.teller = Encoder(house)
        house.poll(*odds, sport=sport)
        for case, share in (("nothing changed", 0.0), ("5 % changed", SHARE)):
            ours, theirs = measure(house, sport, odds, share)
            ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
            print(
                f"{case:16} poll {1000 * median(ours):5.2f} ms, json.loads"
                f" {1000 * median(theirs):5.2f} ms, ratio {ratio:.2f} (at most {WITHIN[case]:g})"
            )


def largest_board(recordings: Recordings) -> tuple[str, str, list[dict[str, Any]]]:
    """The recorded answer with the most bytes: (recording, sport, body)."""
    found: tuple[int, str, str, list[dict[str, Any]]] = (0, "", "", [])
    for name in recordings.names():
        for poll in recordings.polls(name):
            size = sum(len(e["bookmakers"]) for e in poll.odds)
            if size > found[0]:
                found = (size, name, poll.sport, poll.odds)
    return found[1:]


def measure(
    house: House, sport: str, odds: list[dict[str, Any]], share: float
) -> tuple[list[float], list[float]]:
    """CPU seconds of each round's poll and of json.loads of the same body."""
    ours, theirs = [], []
    chance = random.Random(7)
    for round_ in range(ROUNDS):
        house.clock.pass_by(60)
        move(odds, share, f"2026-11-23T22:{round_:02}:00Z", chance)
        body = json.dumps(odds, separators=(",", ":")).encode()
        theirs.append(cpu(lambda body=body: json.loads(body)))  # type: ignore[misc]
        ours.append(cpu(lambda body=body: take(house, sport, body)))  # type: ignore[misc]
    return ours, theirs


def take(house: House, sport: str, body: bytes) -> None:
    """What a poll does with a body that has come."""
    with house.app.app_context():
        fetched = house.poller.read(sport, Answer(body, Usage(400, 100, 3)))
        house.poller.take(Errand(sport, False, house.clock()), fetched)


def move(odds: list[dict[str, Any]], share: float, stamp: str, chance: random.Random) -> None:
    """Move every stamp, and the price of a share of the lines."""
    for event in odds:
        for book in event["bookmakers"]:
            book["last_update"] = stamp
            for market in book["markets"]:
                market["last_update"] = stamp
                for outcome in market["outcomes"]:
                    if chance.random() < share:
                        outcome["price"] += chance.choice((-5, 5, 10))


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of a piece of work, all threads of the process."""
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    main()
