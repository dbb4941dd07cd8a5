"""Comparing a whole board: best lines, fair prices, consensus, holds and edges, in milliseconds.

The largest recorded board, and a made-up one of 4,000 lines. `cold` begins with no fair prices kept
from the board before, as no board ever does but the first.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from linefinder.domain.compare import best_marks
from linefinder.domain.consensus import fair_lines, judged_lines
from linefinder.domain.edges import edges_of, holds_of
from linefinder.domain.fair import METHODS, fair
from linefinder.domain.feed import Feed
from linefinder.domain.odds import iso
from linefinder.domain.offers import Terms, offers_of
from linefinder.provider.normalise import normalise
from tests.bench.poll import cpu, largest_board
from tests.support.recordings import Recordings, recordings_folder

ROUNDS = 30
WITHIN = 50.0
NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)
BOOKS = [f"book{number}" for number in range(27)]


def main() -> None:
    """Print the medians for each board and method."""
    name, _, odds = largest_board(Recordings(recordings_folder()))
    recorded = normalise(json.dumps(odds).encode()).events
    for title, events in ((name, recorded), ("made up", made_up())):
        for event in events.values():
            event["starts_at"] = iso(NOW + timedelta(hours=5))
        lines = sum(
            len(m) for e in events.values() for b in e["lines"].values() for m in b.values()
        )
        print(f"{title}: {len(events)} events, {lines} lines")
        for method in METHODS:
            terms = Terms("american", frozenset(), method)
            print(f"  {method:15} {timings(events, terms)} (at most {WITHIN:g})")


def timings(events: dict[str, Any], terms: Terms) -> str:
    """The median of comparing the board with and without fair prices kept."""
    warm, cold = [], []
    for _ in range(ROUNDS):
        fair.cache_clear()
        cold.append(cpu(lambda: compare_all(events, terms)))
        warm.append(cpu(lambda: compare_all(events, terms)))
    return f"warm {1000 * median(warm):5.1f} ms, cold {1000 * median(cold):5.1f} ms"


def compare_all(events: dict[str, Any], terms: Terms) -> None:
    """Everything there is to say about a board."""
    feed = Feed("live", None, NOW, None, (0, 0), dict.fromkeys(BOOKS, 20))
    for event in events.values():
        best_marks(event, feed, terms.odds_format, NOW)
        offers = offers_of(event["lines"], terms)
        fair_lines(offers, terms)
        judged_lines(offers, terms)
        for by_sides in offers.values():
            holds_of(by_sides)
        edges_of(event, offers, {}, NOW)


def made_up() -> dict[str, Any]:
    """25 events x 27 books x 6 lines, with prices and points as far apart as those of real books."""
    chance = random.Random(7)
    return {f"e{number}": {"lines": _event(chance)} for number in range(25)}


def _event(chance: random.Random) -> dict[str, Any]:
    edge, point, total = chance.uniform(0.2, 0.8), chance.randrange(-20, 20) / 2, 45.5
    lines = {}
    for book in BOOKS:
        home, spread = edge + chance.uniform(-0.02, 0.02), point + chance.choice((0, 0, 0, 0.5))
        over = total + chance.choice((0, 0, 0.5))
        lines[book] = {
            "h2h": {"A": (_price(home), None), "B": (_price(1 - home), None)},
            "spreads": {"A": (chance.randrange(-118, -102), spread), "B": (-110, -spread)},
            "totals": {"Over": (chance.randrange(-118, -102), over), "Under": (-110, over)},
        }
    return lines


def _price(probability: float) -> int:
    """An American price with 4.5 % of hold."""
    asked = probability * 1.047
    return round(100 * (1 / asked - 1)) if asked < 0.5 else -round(100 / (1 / asked - 1))


if __name__ == "__main__":
    main()
