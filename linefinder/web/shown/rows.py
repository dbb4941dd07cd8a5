"""Which rows an event has, in which order; the twin of static/js/shown/rows.js. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from linefinder.domain.price import to_decimal

SIDED = frozenset({"h2h", "h2h_lay", "spreads", "totals"})
_OUTCOME_RANK: dict[Any, int] = {"Over": 0, "Under": 1}


class Label(NamedTuple):
    """A row: its outcome in each market shown ('' where there is none), who stands in it, and what the
    outcome is where that is somebody else."""

    outcomes: tuple[str, ...]
    name: str
    tag: str


def name_of(event: Mapping[str, Any]) -> str:
    """'Miami Heat at Boston Celtics'; empty where the provider names no teams."""
    return " at ".join(_teams(event))


def _teams(event: Mapping[str, Any]) -> list[str]:
    return [event[side] for side in ("away", "home") if side in event]


def outcomes_of(event: Mapping[str, Any], market: str, odds_format: str) -> list[str]:
    """The outcomes of a market: away above home, then Draw; Over above Under; others by price."""
    best: dict[str, float] = {}
    for markets in event["lines"].values():
        for outcome, (price, _) in markets.get(market, {}).items():
            best[outcome] = max(best.get(outcome, 0.0), to_decimal(price, odds_format))
    if market in SIDED:
        return sorted(best, key=lambda name: (_side(event, name), name))
    if market.startswith("outrights"):
        return sorted(best, key=lambda name: (best[name], name))
    return sorted(best)


def _side(event: Mapping[str, Any], outcome: str) -> int:
    sides = {**_OUTCOME_RANK, event.get("away"): 0, event.get("home"): 1, "Draw": 2}
    return sides.get(outcome, 3)


def labels_of(event: Mapping[str, Any], markets: Sequence[str], odds_format: str) -> list[Label]:
    """The rows of an event: those of one market, or one for each side of several."""
    if len(markets) > 1:
        return _sides(event, markets, odds_format)
    return _one_market(event, markets[0], outcomes_of(event, markets[0], odds_format))


def _one_market(event: Mapping[str, Any], market: str, outcomes: Sequence[str]) -> list[Label]:
    """A total stands beside the teams; an event without lines still shows who plays."""
    teams = _teams(event)
    if not outcomes:
        return [Label(("",), team, "") for team in teams or ["No lines"]]
    if market == "totals" and len(teams) == 2 and len(outcomes) == 2:
        return [Label((name,), team, name) for name, team in zip(outcomes, teams, strict=True)]
    return [Label((name,), name, "") for name in outcomes]


def _sides(event: Mapping[str, Any], markets: Sequence[str], odds_format: str) -> list[Label]:
    """Away, home, and the draw where there is one."""
    found = []
    for market in markets:
        outcomes = outcomes_of(event, market, odds_format)
        found.append({_side(event, outcome): outcome for outcome in reversed(outcomes)})
    names = [event.get("away", "Over"), event.get("home", "Under"), "Draw"]
    count = 3 if any(2 in outcomes for outcomes in found) else 2
    return [
        Label(tuple(outcomes.get(side, "") for outcomes in found), names[side], "")
        for side in range(count)
    ]
