"""Rules against what a poll changed: CPU (ms) of finding the alerts, by rules and changed lines.

The board of the comparison's bench, 25 events x 27 books x 6 lines; rules of every kind, a third of
them about one event. No database: what is found still has to be claimed there, once an alert.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle, islice
from statistics import median
from typing import Any

from linefinder.domain.matching.match import alerts_of
from linefinder.domain.matching.step import Step
from linefinder.domain.moves import Moves
from linefinder.domain.odds import Events, iso
from linefinder.domain.offers import Terms
from linefinder.domain.rules import Rule
from tests.bench.compare import made_up
from tests.bench.poll import cpu

SPORT, ROUNDS = "basketball_nba", 7
RULES, CHANGES = (100, 1000, 10_000), (20, 200, 2000)
NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)
MADE = NOW - timedelta(days=1)
TERMS = Terms("american")
ANY: tuple[dict[str, Any], ...] = (
    {"kind": "target", "market": "h2h", "outcome": "A", "price": 140},
    {"kind": "move", "market": "spreads", "points": 0.5},
    {"kind": "steam", "market": "totals", "books": 3},
    {"kind": "opener"},
    {"kind": "arbitrage"},
    {"kind": "low_hold"},
)


def main() -> None:
    """A row for each number of rules, a column for each number of changed lines."""
    print(f"{'rules':>6}  " + "  ".join(f"{n:>5} changes: ms, alerts" for n in CHANGES))
    for count in RULES:
        rules = rules_of(count)
        cells = [cost(rules, changes) for changes in CHANGES]
        print(f"{count:>6}  " + "  ".join(f"{ms:>16.1f} {found:>6}" for ms, found in cells))


def rules_of(count: int) -> list[Rule]:
    """Rules of all kinds in turn; every third is about one event."""
    kinds = islice(cycle(ANY), count)
    return [
        Rule(sport=SPORT, event=f"e{number % 25}" if number % 3 == 0 else None, **rule)
        for number, rule in enumerate(kinds)
    ]


def cost(rules: list[Rule], changes: int) -> tuple[float, int]:
    """(ms, alerts): the median of matching all rules against polls that change so many lines, and what
    all those polls together had to tell."""
    chance, took, found = random.Random(changes), [], 0
    before: Events = made_up()
    for event in before.values():
        event["starts_at"] = iso(NOW + timedelta(hours=5))
    moves, at = Moves("american"), NOW
    for _ in range(ROUNDS):
        after, at = moved(before, changes, chance), at + timedelta(seconds=60)
        told = moves.saw(before, after, at - timedelta(seconds=60), at)
        step = Step(SPORT, before, after, at - timedelta(seconds=60), at, TERMS, {}, moves, told)
        alerts: list[Any] = []
        took.append(cpu(partial(match, rules, step, alerts)))
        found, before = found + len(alerts), after
    return 1000 * median(took), found


def match(rules: list[Rule], step: Step, alerts: list[Any]) -> None:
    """All that the rules have to tell of a step."""
    for rule in rules:
        alerts.extend(alerts_of(rule, MADE, step))


def moved(events: Events, changes: int, chance: random.Random) -> Events:
    """The board after so many lines have moved; what did not move is shared."""
    after = {key: {**event, "lines": dict(event["lines"])} for key, event in events.items()}
    for _ in range(changes):
        lines = after[chance.choice(list(after))]["lines"]
        book, market = chance.choice(list(lines)), chance.choice(("h2h", "spreads", "totals"))
        outcomes = dict(lines[book][market])
        name = chance.choice(list(outcomes))
        price, point = outcomes[name]
        if point is not None and chance.random() < 0.3:
            point += chance.choice((-0.5, 0.5))
        outcomes[name] = (price + chance.choice((-6, 6)), point)
        lines[book] = {**lines[book], market: outcomes}
    return after


if __name__ == "__main__":
    main()
