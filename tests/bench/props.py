"""Props of one event: an answer of 100,000 lines read, stored, told and laid out, in milliseconds."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from linefinder.domain.offers import Terms
from linefinder.domain.props import Sheet, ladders
from linefinder.provider.props import read_sheets
from linefinder.store import sheets
from tests.bench.poll import cpu
from tests.support.rooms import open_house, sqlite_in
from tests.support.upstream import odds_of

MARKETS, BOOKS, PLAYERS, POINTS = 40, 25, 10, 5
ROUNDS = 7


def main() -> None:
    """Print the medians."""
    body = json.dumps(made_up()).encode()
    read = read_sheets(body)
    count = sum(len(lines) for sheet in read.sheets.values() for lines in sheet.values())
    print(f"{count:,} lines in {MARKETS} markets of {BOOKS} books, {len(body) / 1e6:.1f} MB")
    say("an answer is read", lambda: read_sheets(body))
    one: Sheet = read.sheets["market_0"]
    size = sum(map(len, one.values()))
    say(f"one market of {size:,} lines is laid out", lambda: lay_out(one))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        with open_house(path, sqlite_in(path)) as house, house.app.app_context():
            house.poll(odds_of())
            now = house.clock.at
            kept = [
                sheets.kept_of("basketball_nba", "e1", market, sheet, now, "american")
                for market, sheet in read.sheets.items()
            ]
            keep = house.wiring.recorder
            say("all are stored", lambda: _store(keep, kept))
            client = house.app.test_client()
            say("what was loaded is told", lambda: client.get("/api/events/e1/props"))
            say("one market is told", lambda: client.get("/api/events/e1/props/market_0"))


def _store(recorder: Any, kept: list[sheets.Kept]) -> None:
    with recorder._writing() as connection:
        sheets.keep_sheets(connection, kept)


def lay_out(sheet: Sheet) -> None:
    ladders(sheet, Terms("american"), None)


def say(what: str, work: Callable[[], object]) -> None:
    """The median of its CPU time."""
    print(f"  {what:44} {1000 * median(cpu(work) for _ in range(ROUNDS)):8.1f} ms")


def made_up(dice: random.Random | None = None) -> dict[str, Any]:
    """An event with more lines than any has."""
    dice = dice or random.Random(7)
    return {
        **odds_of(),
        "bookmakers": [
            {
                "key": f"book{book}",
                "title": f"Book {book}",
                "markets": [
                    {"key": f"market_{market}", "outcomes": list(_outcomes(dice))}
                    for market in range(MARKETS)
                ],
            }
            for book in range(BOOKS)
        ],
    }


def _outcomes(dice: random.Random) -> Any:
    for player in range(PLAYERS):
        for point in range(POINTS):
            for name in ("Over", "Under"):
                price = dice.choice([-1, 1]) * dice.randint(101, 400)
                yield {
                    "name": name,
                    "description": f"Player {player}",
                    "point": point + 0.5,
                    "price": price,
                }
