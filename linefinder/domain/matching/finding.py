"""Rules about what is worth a bet: edges, and what the finder finds."""

from __future__ import annotations

from collections.abc import Iterator

from linefinder.domain.edges import Edge, Leg
from linefinder.domain.finder import Find
from linefinder.domain.matching.alert import Alert, about_of
from linefinder.domain.matching.step import Step
from linefinder.domain.rules import Rule


def edges(rule: Rule, step: Step, is_new: bool) -> Iterator[Alert]:
    kinds = ("arbitrage",) if rule.kind == "arbitrage" else ("arbitrage", "low_hold")
    least = rule.profit if rule.profit is not None else -1.0

    def those(key: str, was: bool) -> dict[str, Edge]:
        edges = () if was and is_new else step.edges(key, was)
        fitting = [edge for edge in edges if edge.kind in kinds and edge.profit >= least]
        return {edge.market: edge for edge in reversed(fitting)}

    for key in step.events(rule, is_new):
        stood = those(key, was=True)
        for market, edge in those(key, was=False).items():
            if market not in stood and rule.market in (None, market):
                books = tuple(leg.bookmaker for leg in edge.legs)
                yield Alert(
                    rule.kind, step.sport, key, market, step.now, step.late, about_of(key, market),
                    bookmakers=books, profit=edge.profit, legs=edge.legs,
                )  # fmt: skip


def finds(rule: Rule, step: Step, is_new: bool) -> Iterator[Alert]:
    mine, least = frozenset(rule.mine), -1.0 if rule.edge is None else rule.edge

    def those(key: str, was: bool) -> dict[str, Find]:
        finds = step.finds(key, was, mine)
        return {
            about_of(key, found.market, *_told_of(found)): found
            for found in finds
            if found.edge >= least
            and (not rule.kinds or found.kind in rule.kinds)
            and rule.market in (None, found.market)
        }

    for key in step.events(rule, False):
        stood = those(key, was=True)
        for about, found in those(key, was=False).items():
            if about not in stood:
                yield _found(step, about, found)


def _told_of(found: Find) -> list[str]:
    """What a find is about, whatever its figures."""
    bets = [f"{bet.outcome} {bet.point}" for bet in found.bets]
    return [found.kind, *bets, *(bet.bookmaker for bet in found.bets[:1] if len(bets) == 1)]


def _found(step: Step, about: str, found: Find) -> Alert:
    bets, first = found.bets, found.bets[0]
    single = len(bets) == 1
    return Alert(
        "find", step.sport, found.event, found.market, step.now, step.late, about,
        first.outcome if single else None, tuple(bet.bookmaker for bet in bets),
        (first.price, first.point) if single else None, profit=found.edge,
        legs=tuple(
            Leg(bet.outcome, bet.bookmaker, bet.price, bet.point, bet.stake, bet.age)
            for bet in bets
        ),
        found=found.kind,
    )  # fmt: skip
