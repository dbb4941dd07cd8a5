"""What a rule has to tell."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from linefinder.domain.edges import Leg
from linefinder.domain.odds import Line


@dataclass(frozen=True, slots=True)
class Alert:
    """`bookmakers`: whose lines; `line` and `was`: of the first of them;
    `profit` and `legs`: of an edge or a find, and `found` the kind of that; `late`: seconds before `at`
    in which it may have come already."""

    kind: str
    sport: str
    event: str
    market: str
    at: datetime
    late: float
    about: str
    outcome: str | None = None
    bookmakers: tuple[str, ...] = ()
    line: Line | None = None
    was: Line | None = None
    profit: float | None = None
    legs: tuple[Leg, ...] = ()
    found: str = ""


def about_of(*parts: str | None) -> str:
    """A short name for what an alert is about, the same in every process."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
