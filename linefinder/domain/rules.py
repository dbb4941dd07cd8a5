"""What a browser waits for: rules, and the hours in which it is left alone."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from linefinder.domain.odds import LIMIT
from linefinder.domain.price import is_offered

LONGEST_NAME = 200
BROWSER_ID = re.compile(r"[A-Za-z0-9_-]{32,64}")
"""What a browser draws at random and keeps: who knows it, is it."""
EVERYWHERE = frozenset({"kind", "sport", "event", "market", "cooldown", "odds_format"})
TAKES: Mapping[str, frozenset[str]] = {
    "target": EVERYWHERE | {"bookmaker", "outcome", "price", "point"},
    "opener": EVERYWHERE | {"bookmaker"},
    "move": EVERYWHERE | {"bookmaker", "outcome", "points", "chance"},
    "steam": EVERYWHERE | {"outcome", "books", "seconds"},
    "arbitrage": EVERYWHERE | {"profit"},
    "low_hold": EVERYWHERE | {"profit"},
    "find": EVERYWHERE | {"kinds", "mine", "edge"},
}
"""{kind: what such a rule may say}"""
KINDS = tuple(TAKES)
FOUND = ("value", "arbitrage", "back_lay", "middle", "low_hold", "outlier")
"""The kinds of finds (finder.KINDS)."""
MOST_BOOKS = 40
NAME = re.compile(r"[a-z0-9_]{1,64}")

RANGES: Mapping[str, tuple[float, float]] = {
    "price": (-LIMIT, LIMIT),
    "point": (-LIMIT, LIMIT),
    "points": (0.5, 1000),
    "chance": (0.001, 1),
    "books": (2, 20),
    "seconds": (10, 1800),
    "profit": (-0.01, 0.1),
    "edge": (-0.05, 0.1),
    "cooldown": (60, 86_400),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What to tell of. None stands for any.

    target: a line of `outcome` is as good as `price` and `point` at once (compare.reaches).
    opener: a market has its first line (of `bookmaker`). move: a line has moved by `points`, or by so
    much of `chance` (implied probability) at the same point. steam: `books` unrelated books moved one
    way within `seconds`. arbitrage, low_hold: the best prices leave at least `profit` of the stakes,
    before the start. find: something of `kinds` (any where none is named) is found at the books `mine`
    (all where none is named) whose edge is at least `edge`, before the start. cooldown: seconds in
    which it tells the same but once. odds_format: of `price`.
    """

    kind: str
    sport: str
    event: str | None = None
    market: str | None = None
    bookmaker: str | None = None
    outcome: str | None = None
    price: float | None = None
    point: float | None = None
    points: float | None = None
    chance: float | None = None
    books: int = 3
    seconds: float = 300
    profit: float | None = None
    kinds: tuple[str, ...] = ()
    mine: tuple[str, ...] = ()
    edge: float | None = None
    cooldown: float = 600
    odds_format: str = "american"


DEFAULTS = {field.name: field.default for field in fields(Rule)}


def check_rule(rule: Rule) -> Rule:
    """The rule, or ValueError with what is wrong with it."""
    takes = TAKES.get(rule.kind)
    if takes is None:
        raise ValueError(f"'kind' is one of {', '.join(KINDS)}")
    for field in fields(rule):
        value = getattr(rule, field.name)
        if field.name not in takes and value != DEFAULTS[field.name]:
            raise ValueError(f"a rule of kind {rule.kind!r} takes no {field.name!r}")
        if isinstance(value, str) and not 0 < len(value) <= LONGEST_NAME:
            raise ValueError(f"{field.name!r} has 1 to {LONGEST_NAME} characters")
        if field.name in RANGES and value is not None:
            least, most = RANGES[field.name]
            if not (math.isfinite(value) and least <= value <= most):
                raise ValueError(f"{field.name!r} is a number from {least:g} to {most:g}")
    _check_kind(rule)
    return rule


def _check_kind(rule: Rule) -> None:
    if not set(rule.kinds) <= set(FOUND):
        raise ValueError(f"'kinds' are some of {', '.join(FOUND)}")
    if len(rule.mine) > MOST_BOOKS or not all(map(NAME.fullmatch, rule.mine)):
        raise ValueError(f"'mine' are at most {MOST_BOOKS} bookmakers by key")
    if rule.kind == "target":
        for name in ("market", "outcome", "price"):
            if getattr(rule, name) is None:
                raise ValueError(f"a rule of kind 'target' needs {name!r}")
        if not is_offered(rule.price or 0.0, rule.odds_format):
            raise ValueError(f"'price' is no {rule.odds_format} price")
    if rule.kind == "move" and rule.points is None and rule.chance is None:
        raise ValueError("a rule of kind 'move' needs 'points' or 'chance'")


class Quiet(NamedTuple):
    """Hours of every day, in minutes since midnight of an IANA time zone; `end` is not among them. From
    a later to an earlier time it goes over midnight."""

    start: int
    end: int
    zone: str


def quiet_of(start: str, end: str, zone: str) -> Quiet:
    """Quiet hours of `23:00`, `07:30`, `Europe/Berlin`; ValueError with what is wrong."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {zone[:64]!r}") from None
    return Quiet(_minute(start), _minute(end), zone)


def _minute(text: str) -> int:
    hour, _, minute = text.partition(":")
    is_time = len(text) == 5 and text.isascii() and (hour + minute).isdecimal() and len(hour) == 2
    if is_time and int(hour) < 24 and int(minute) < 60:
        return int(hour) * 60 + int(minute)
    raise ValueError(f"a time of day is written 23:30, not {text[:16]!r}")


def is_quiet(quiet: Quiet | None, now: datetime) -> bool:
    """Whether the browser is to be left alone at this moment."""
    if quiet is None:
        return False
    local = now.astimezone(ZoneInfo(quiet.zone))
    minute = local.hour * 60 + local.minute
    if quiet.start <= quiet.end:
        return quiet.start <= minute < quiet.end
    return minute >= quiet.start or minute < quiet.end


def time_of(minute: int) -> str:
    """`07:30` of 450."""
    return f"{minute // 60:02}:{minute % 60:02}"
