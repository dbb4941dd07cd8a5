"""Boards and what is found on them, for Python and browser: as tests/fixtures/finder tells it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from linefinder.domain.compare import lagging
from linefinder.domain.finder import Find, by_edge, finds_on, seen_at
from linefinder.domain.odds import Board, parse_time
from linefinder.domain.offers import Terms
from tests.support.recordings import ROOT

Case = dict[str, Any]
CASES: dict[str, Case] = {
    path.stem: json.loads(path.read_text())
    for path in sorted((ROOT / "tests/fixtures/finder").glob("*.json"))
}
NEARLY = 1e-9


def terms_of(given: Mapping[str, Any], odds_format: str, ages: Mapping[str, int]) -> Terms:
    """The terms that a case or a page names."""
    return Terms(
        odds_format,
        lagging(ages),
        given["method"],
        given["weights"],
        frozenset(given["mine"]),
        given["commission"],
    )


def board_of(events: Any, sport: str, odds_format: str) -> Board:
    return Board(sport, "one", odds_format, 1, None, 0, {}, events)


def found_in(case: Case) -> list[dict[str, Any]]:
    """What Python finds in a case, as plain values."""
    told = case["board"]
    board = board_of(told["events"], told["sport"], told["odds_format"])
    terms = terms_of(case["terms"], board.odds_format, case["ages"])
    return found_on([(board, case["ages"], terms, parse_time(case["data_at"]))], case["now"])


def found_on(
    boards: Iterable[tuple[Board, Mapping[str, int], Terms, datetime]], now: str
) -> list[dict[str, Any]]:
    """By brute force: all lines of all boards, at a moment."""
    finds: list[Find] = []
    for board, ages, terms, data_at in boards:
        finds += seen_at(finds_on(board, ages, terms), board, data_at, parse_time(now))
    return [plain(found) for found in by_edge(finds)]


def plain(found: Find) -> dict[str, Any]:
    return asdict(found) | {
        "bets": [asdict(bet) for bet in found.bets],
        "doubts": list(found.doubts),
    }


def differences(told: list[Any], expected: list[Any], near: float = NEARLY) -> list[str]:
    """Where two lists of finds differ, in words; shares may by less than `near`."""
    if len(told) != len(expected):
        return [f"{len(told)} finds, not {len(expected)}"]
    return [
        f"{name} of {one['kind']} in {one['event']}: {one[name]!r}, not {other[name]!r}"
        for one, other in zip(told, expected, strict=True)
        for name in other
        if not _same(one[name], other[name], near)
    ]


def _same(one: Any, other: Any, near: float) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other, [near] * len(one)))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key], near) for key in one)
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, int | float) and isinstance(other, int | float)
        return numbers and abs(one - other) <= near
    return bool(one == other)
