"""Small recordings of the tests' own, as files."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
STEP = timedelta(minutes=15)


def record(path: Path, sport: str, days: float = 3.0, seed: int = 1) -> Path:
    """A made-up recording: a game each evening, whose prices move more the nearer it is."""
    chance = random.Random(seed)
    prices = {day: [chance.randrange(-150, 150) for _ in range(20)] for day in range(6)}
    with path.open("w", encoding="utf-8") as file:
        for number in range(int(days * 96)):
            at = BEGIN + number * STEP
            odds = [
                event(sport, day, prices[day])
                for day in prices
                if timedelta(hours=-3)
                < BEGIN + timedelta(days=day, hours=20) - at
                < timedelta(days=1)
            ]
            file.write(json.dumps({"at": iso(at), "sport": sport, "odds": odds}) + "\n")
            move(prices, at, chance)
    return path


def move(prices: dict[int, list[int]], at: datetime, chance: random.Random) -> None:
    for day, row in prices.items():
        hours = (BEGIN + timedelta(days=day, hours=20) - at) / timedelta(hours=1)
        share = 0.9 if hours < 0 else 0.3 / (1 + hours)
        for index in range(len(row)):
            if chance.random() < share:
                row[index] += chance.choice((-5, 5))


def event(sport: str, day: int, row: list[int]) -> dict[str, object]:
    outcomes = [{"name": f"Team {index}", "price": price} for index, price in enumerate(row)]
    stamp = iso(BEGIN)
    market = {"key": "h2h", "last_update": stamp, "outcomes": outcomes}
    book = {"key": "book", "title": "Book", "last_update": stamp, "markets": [market]}
    return {
        "id": f"{sport}-{day}",
        "sport_key": sport,
        "sport_title": sport,
        "commence_time": iso(BEGIN + timedelta(days=day, hours=20)),
        "home_team": "Home",
        "away_team": "Away",
        "bookmakers": [book],
    }


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
