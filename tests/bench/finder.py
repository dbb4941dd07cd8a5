"""The finder in Chromium: an update of 4,000 lines of one board while three others are held.

25 events x 27 books x 6 lines of which every one moves; the boards of the other sports are as large.
`all` is the first look at all four, `ticks` what each second costs to list and sort. By the wall clock:
the best of the rounds is what the work costs, the rest is what the machine does besides.
"""

from __future__ import annotations

import random
import time
from statistics import median
from typing import Any

from linefinder.domain.finder import finds_on
from linefinder.domain.offers import Terms
from tests.bench.compare import made_up
from tests.browser.modules import serve_modules
from tests.support.chromium import find_chromium, launched
from tests.support.finder import board_of

ROUNDS = 30
SPORTS = ("nba", "nfl", "nhl", "mlb")
TERMS = {"method": "power", "weights": {}, "commission": {}, "mine": []}
BODY = """const finder = new m.Finder(given.terms);
  const feed = { ages: {}, data_at: "2026-11-23T21:00:00Z" };
  const boards = given.boards.map(([sport, events]) => (
    { sport, odds_format: "american", events: m.eventsOf(events) }));
  const timed = (work) => { const at = performance.now(); work(); return performance.now() - at; };
  const all = timed(() => boards.forEach((board) => finder.update(board, feed)));
  const updates = given.patches.map((patch) => {
    boards[0] = { ...boards[0], events: m.apply(boards[0].events, patch) };
    return timed(() => finder.update(boards[0], feed));
  });
  const ticks = given.patches.map(() => timed(() => finder.seen(Date.parse(feed.data_at))));
  return { all, updates, ticks, finds: finder.seen(Date.parse(feed.data_at)).length };"""


def main() -> None:
    """Print the medians and the worst."""
    path = find_chromium()
    if path is None:
        print("no Chromium found (CHROMIUM names one)")
        return
    chance = random.Random(7)
    boards: list[tuple[str, dict[str, Any]]] = [(sport, started(made_up())) for sport in SPORTS]
    patches = [moved(boards[0][1], chance) for _ in range(ROUNDS)]
    given = {"terms": TERMS, "boards": boards, "patches": patches}
    with launched(path) as browser, browser.new_context() as context:
        run = serve_modules(context.new_page())
        found: dict[str, Any] = run(["board", "finder/finder"], BODY, given)
    for name in ("updates", "ticks"):
        best, usual, worst = min(found[name]), median(found[name]), max(found[name])
        print(f"{name:8} best {best:4.1f} ms, median {usual:4.1f} ms, worst {worst:4.1f} ms")
    print(f"all      {found['all']:5.1f} ms for {len(SPORTS)} boards; {found['finds']} finds")
    at = time.perf_counter()
    finds_on(board_of(boards[0][1], "nba", "american"), {}, Terms("american"))
    print(f"python   {1000 * (time.perf_counter() - at):5.1f} ms for one board")


def started(events: dict[str, Any]) -> dict[str, Any]:
    return {key: event | {"starts_at": "2026-11-24T00:10:00Z"} for key, event in events.items()}


def moved(events: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A patch that moves every line of a board."""
    return {
        key: {
            "lines": {
                book: {
                    market: {
                        name: [_moved(price, chance), point]
                        for name, (price, point) in outcomes.items()
                    }
                    for market, outcomes in markets.items()
                }
                for book, markets in event["lines"].items()
            }
        }
        for key, event in events.items()
    }


def _moved(price: float, chance: random.Random) -> float:
    step = chance.choice((-3, -2, -1, 1, 2, 3))
    return price + step if abs(price + step) >= 100 else price


if __name__ == "__main__":
    main()
