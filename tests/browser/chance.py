"""Boards made by chance from a seed: few and awkward names, so that two boards have much in common."""

from __future__ import annotations

import random
from typing import Any

EVENTS = ["a", "a|b", "b", "b|", "9", "10", "\U0001f3c0", "￮", "__proto__", "constructor", "a\nb"]
BOOKMAKERS = ["draftkings", "fanduel", "bet|mgm", "Ω", "365", "constructor", "__proto__"]
MARKETS = ["h2h", "spreads", "totals", "h2h_lay", "player_points", "outrights"]
OUTCOMES = [
    "Over",
    "Under",
    "Draw",
    "Boston",
    "Miami",
    "Malmö FF",
    "\U0001f3c8",
    "ｱ",
    "x|",
    "toString",
]
NUMBERS = [-110, -110.0, 150, 100, -100, 0, -0.0, 1, 1.0, 1.91, 2.0005, 0.0005, -0.0005, 2.375, 99]
STARTS = ["2026-11-24T00:10:00Z", "2026-11-24T00:20:00Z", "2026-11-25T02:00:00Z"]


def some(dice: random.Random, names: list[str], least: int = 1) -> list[str]:
    return dice.sample(names, dice.randint(least, min(4, len(names))))


def number(dice: random.Random) -> float:
    """Mostly one of a few, so that there are ties."""
    if dice.random() < 0.8:
        return dice.choice(NUMBERS)
    return dice.choice([dice.randint(-1_000_000, 1_000_000), dice.uniform(-1000, 1000)])


def event(dice: random.Random) -> dict[str, Any]:
    teams = dice.choice([{}, {"home": "Boston", "away": "Miami"}, {"home": "Boston"}])
    lines = {
        book: {
            market: {
                outcome: (number(dice), dice.choice([None, number(dice)]))
                for outcome in some(dice, OUTCOMES)
            }
            for market in some(dice, MARKETS)
        }
        for book in some(dice, BOOKMAKERS, 0)
    }
    return {**teams, "starts_at": dice.choice(STARTS), "lines": lines}


def board(dice: random.Random) -> dict[str, Any]:
    """The events of a board."""
    return {key: event(dice) for key in some(dice, EVENTS, 0)}
