"""Rules about lines that move: one that goes far, several that go together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from linefinder.domain.matching.alert import Alert, about_of
from linefinder.domain.matching.step import Step
from linefinder.domain.moves import Move, Way, size
from linefinder.domain.rules import Rule

NEARLY = 1e-9


def moves(rule: Rule, step: Step, is_new: bool) -> Iterator[Alert]:
    moved: dict[Way, list[Move]] = {}
    for move in step.told:
        key = move.key
        asked = (rule.event, rule.market, rule.outcome, rule.bookmaker)
        told = (key.event, key.market, key.outcome, key.bookmaker)
        fits = all(want in (None, is_) for want, is_ in zip(asked, told, strict=True))
        if fits and _is_far(rule, move, step.terms.odds_format):
            moved.setdefault(move.way, []).append(move)
    for way in sorted(moved, key=lambda way: way.up):
        yield _moved(rule, step, way, moved[way])


def _is_far(rule: Rule, move: Move, odds_format: str) -> bool:
    """Whether the way since it began has come to another multiple of what the rule waits for."""
    went = size(move.start, move.was, odds_format)
    goes = size(move.start, move.line, odds_format)
    return any(
        wanted and math.floor(now / wanted + NEARLY) > math.floor(before / wanted + NEARLY)
        for wanted, before, now in zip((rule.points, rule.chance), went, goes, strict=True)
    )


def steam(rule: Rule, step: Step, is_new: bool) -> Iterator[Alert]:
    for way in step.ways:
        asked, told = (rule.event, rule.market, rule.outcome), way[:3]
        if all(want in (None, is_) for want, is_ in zip(asked, told, strict=True)):
            steam = step.steam(way, rule)
            if steam:
                yield _moved(rule, step, way, steam.moves)


def _moved(rule: Rule, step: Step, way: Way, moves: Iterable[Move]) -> Alert:
    """Both sides of a market move at once: where the rule names none, the shorter one is told."""
    named = (way.outcome, str(way.up)) if rule.outcome else ()
    moves = list(moves)
    since = min(move.since for move in moves)
    return Alert(
        rule.kind, step.sport, way.event, way.market, step.now, (step.now - since).total_seconds(),
        about_of(way.event, way.market, rule.bookmaker, *named), way.outcome,
        tuple(move.key.bookmaker for move in moves), moves[0].line, moves[0].was,
    )  # fmt: skip
