"""A provider of the tests whose lines move whenever they are asked for, at any hour of the day."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from linefinder.domain.odds import iso
from tests.support.upstream import Say, Talk, Upstream

SPORT = "basketball_nba"
CHANCES = (0.5, 0.06, 0.58, 0.97, 0.36, 0.7)
"""Of the home teams before the first poll: from even games to long shots."""
BOOKS = (
    *("draftkings", "fanduel", "betmgm", "betus", "lowvig"),
    *("pinnacle", "bovada", "betrivers", "williamhill_us", "mybookieag"),
)
TEAMS = (
    *("Boston Celtics", "Miami Heat", "Oklahoma City Thunder", "Minnesota Timberwolves"),
    *("Philadelphia 76ers", "Portland Trail Blazers", "Utah Jazz", "Golden State Warriors"),
    *("Los Angeles Clippers", "San Antonio Spurs", "Chicago Bulls", "Denver Nuggets"),
)
STRAYS, MOVES = 0.015, 0.6
"""How far a bookmaker's chance lies from the game's; how many of its lines move between two polls."""


class Moving(Upstream):
    """Six games at ten bookmakers, one in play. Each poll finds most lines at another price, and some
    at another point."""

    def __init__(self) -> None:
        super().__init__()
        self._dice = random.Random(5)
        self._lines: dict[tuple[int, str, str], tuple[float, float]] = {}
        self.sports = [{"key": SPORT, "title": "NBA", "active": True, "has_outrights": False}]
        now = datetime.now(UTC).replace(microsecond=0)
        self._starts = [now + timedelta(hours=3 * n, minutes=-20) for n in range(len(CHANCES))]
        self.odds[SPORT] = self._games()

    def _answer(self, path: str) -> Say | Talk:
        if path.endswith(f"{SPORT}/odds"):
            self.odds[SPORT] = self._games()
        return super()._answer(path)

    def _games(self) -> list[dict[str, Any]]:
        return [
            {
                "id": f"{0xC0FFEE + n:032x}",
                "sport_key": SPORT,
                "sport_title": "NBA",
                "commence_time": iso(self._starts[n]),
                "home_team": TEAMS[2 * n],
                "away_team": TEAMS[2 * n + 1],
                "bookmakers": [self._book(n, key) for key in BOOKS],
            }
            for n in range(len(CHANCES))
        ]

    def _book(self, n: int, key: str) -> dict[str, Any]:
        """Its three markets; each that moves takes a new chance and point near the game's."""
        home, away = TEAMS[2 * n], TEAMS[2 * n + 1]
        handicap = round(2 * 14 * (0.5 - CHANCES[n])) / 2
        sides = {
            "h2h": (CHANCES[n], None, home, away),
            "spreads": (0.5, handicap, home, away),
            "totals": (0.5, 218.5 + n, "Over", "Under"),
        }
        markets = []
        for market, (chance, point, one, other) in sides.items():
            place = (n, key, market)
            if place not in self._lines or self._dice.random() < MOVES:
                shift = self._dice.choice((0, 0, 0, 0.5, -0.5, 1))
                self._lines[place] = (chance + self._dice.gauss(0, STRAYS * chance), shift)
            chance, shift = self._lines[place]
            line = None if point is None else point + shift
            far = line if market == "totals" or line is None else -line
            outcomes = [_outcome(one, chance, line), _outcome(other, 1 - chance, far)]
            markets.append({"key": market, "outcomes": outcomes})
        stamp = iso(datetime.now(UTC).replace(microsecond=0))
        return {"key": key, "title": key.title(), "last_update": stamp, "markets": markets}


def _outcome(name: str, chance: float, point: float | None) -> dict[str, Any]:
    """Its price is American, with 2 % for the house, and rounded as bookmakers do."""
    decimal = max(1.01, 1 / min(0.995, 1.02 * chance))
    american = 100 * (decimal - 1) if decimal >= 2 else -100 / (decimal - 1)
    step = 1 if abs(american) < 300 else 10 if abs(american) < 1000 else 50
    price = round(american / step) * step
    return {"name": name, "price": price} | ({} if point is None else {"point": point})
