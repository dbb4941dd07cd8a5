"""What the process that polls says to the others: its feeds, its credits, what is wanted. As JSON.

What other processes show of a feed has to be true there too: when the next poll is, why the last one
failed, whether polling is on. Only the process that polls knows, so it posts it in the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from linefinder.board import Boards
from linefinder.domain.feed import Facts, Why
from linefinder.domain.planner.policy import Plan
from linefinder.domain.quota import Ledger
from linefinder.domain.scores import Score
from linefinder.parts.polling import Led, Wanted

POLLS_TOLD = 100
"""How many planned polls of a sport are told; they are shown, no more."""


def bulletin_of(
    boards: Boards, wanted: Wanted, plan: Plan, ended: Mapping[tuple[str, str], int]
) -> dict[str, Any]:
    """All that others can't know, in plain values. `ended`: how many polls of a sport ended how."""
    return {
        "feeds": {sport: _feed(boards.facts(sport)) for sport in boards.sports()},
        "ledger": _plain(asdict(boards.ledger)),
        "by_hand": boards.by_hand,
        "ended": [[*which, count] for which, count in ended.items()],
        "wanted": {"on": wanted.on, "sports": [*wanted.sports], "mode": wanted.mode},
        "plan": {
            "fresh": plan.fresh,
            "polls": {sport: [*map(float, at[:POLLS_TOLD])] for sport, at in plan.polls.items()},
        },
    }


def _feed(facts: Facts) -> dict[str, Any]:
    why = facts.because
    return {
        "failure": facts.failure,
        "polling": facts.polling,
        "running": facts.running,
        "next": _plain(facts.next_poll_at),
        "because": [why.kind, why.events, _plain(why.at)] if why else None,
        "scores": {event: [*map(_plain, score)] for event, score in facts.scores.items()},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value


def facts_from(body: dict[str, Any], sport: str, facts: Facts) -> Facts:
    """`facts` with what a bulletin says of the sport."""
    told = body["feeds"].get(sport)
    if told is None:
        return facts
    why = told["because"]
    return replace(
        facts,
        failure=told["failure"],
        polling=told["polling"],
        running=told["running"],
        next_poll_at=_moment(told["next"]),
        because=Why(why[0], why[1], _moment(why[2])) if why else None,
        scores={event: _score(*score) for event, score in told.get("scores", {}).items()},
    )


def _score(home: str | None, away: str | None, completed: bool, at: float) -> Score:
    return Score(home, away, completed, datetime.fromtimestamp(at, UTC))


def ledger_from(body: dict[str, Any]) -> Ledger:
    """The account as the process that polls knows it."""
    told = body["ledger"]
    return Ledger(**{**told, "seen_at": _moment(told["seen_at"])})


def led_from(body: dict[str, Any]) -> Led:
    """What the process that polls wants."""
    told = body["wanted"]
    return Led(told["on"], tuple(told["sports"]), told["mode"])


def ended_from(body: dict[str, Any]) -> dict[tuple[str, str], int]:
    """How many of its polls have ended how; nothing where it is of an older release."""
    return {(sport, outcome): count for sport, outcome, count in body.get("ended", ())}


def plan_from(body: dict[str, Any]) -> Plan:
    """The plan by which it polls."""
    return Plan(polls=body["plan"]["polls"], fresh=body["plan"]["fresh"])


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
