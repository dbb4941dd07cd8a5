"""A rule against a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from linefinder.domain.matching import finding, movement, prices
from linefinder.domain.matching.alert import Alert
from linefinder.domain.matching.step import Step
from linefinder.domain.rules import Rule

MATCHERS: dict[str, Callable[[Rule, Step, bool], Iterator[Alert]]] = {
    "target": prices.targets,
    "opener": prices.openers,
    "move": movement.moves,
    "steam": movement.steam,
    "arbitrage": finding.edges,
    "low_hold": finding.edges,
    "find": finding.finds,
}


def alerts_of(rule: Rule, made_at: datetime, step: Step) -> list[Alert]:
    """What a rule has to tell of a step, each thing once."""
    is_new = made_at > step.since
    found: dict[str, Alert] = {}
    for alert in MATCHERS[rule.kind](rule, step, is_new):
        found.setdefault(alert.about, alert)
    return list(found.values())
