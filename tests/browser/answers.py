"""What a provider of the tests answers: small boards in which there is something to find."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from linefinder.domain.odds import iso

BOOKS = ("draftkings", "fanduel", "betmgm", "betus", "lowvig", "pinnacle")
TITLES = {"draftkings": "DraftKings", "fanduel": "FanDuel", "betmgm": "BetMGM", "betus": "BetUS"}


def games(sport: str, count: int) -> list[dict[str, Any]]:
    """The provider's answer: six books of one mind, but on each game one strays, and points differ.
    The first game is in play."""
    now = datetime.now(UTC).replace(microsecond=0)
    return [
        {
            "id": f"{sport}-{n}",
            "sport_key": sport,
            "commence_time": iso(now + timedelta(hours=5 * n, minutes=-10)),
            "home_team": f"{sport} home {n}",
            "away_team": f"{sport} away {n}",
            "bookmakers": [_book(sport, n, at, now) for at in range(len(BOOKS))],
        }
        for n in range(count)
    ]


def _book(sport: str, n: int, at: int, now: datetime) -> dict[str, Any]:
    home, away, key = f"{sport} home {n}", f"{sport} away {n}", BOOKS[at]
    strays = 8 + 5 * n if at == n % len(BOOKS) else 0
    point, total = 3.5 + (at % 3 == 0), 220.5 + (at == 1) * 2
    sides: dict[str, list[tuple[str, int, float | None]]] = {
        "h2h": [
            (home, -112 + at + strays * (strays < 12) + 4 * strays, None),
            (away, -108 - at, None),
        ],
        "spreads": [(home, -110 + at, -point), (away, -110 + strays // 3, point)],
        "totals": [("Over", -106 - at, total), ("Under", -112 + at, total)],
    }
    markets = [
        {"key": market, "outcomes": [_outcome(*outcome) for outcome in outcomes]}
        for market, outcomes in sides.items()
    ]
    stamp = iso(now - timedelta(seconds=5 * at))
    return {"key": key, "title": TITLES.get(key, key), "last_update": stamp, "markets": markets}


def _outcome(name: str, price: int, point: float | None) -> dict[str, Any]:
    shown = price if abs(price) >= 100 else price + 200
    return {"name": name, "price": shown} | ({} if point is None else {"point": point})
