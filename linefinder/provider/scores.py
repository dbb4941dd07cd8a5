"""An answer of `/scores`, read. Pure. What is wrong with one game costs that game only."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from linefinder.domain.errors import BrokenAnswer
from linefinder.domain.scores import Score
from linefinder.provider.normalise import NUL, YEARS, Name, Time

Told = Annotated[str, Meta(max_length=32)]


class SideIn(msgspec.Struct, gc=False):
    name: Name
    score: Told | int | None = None


class GameIn(msgspec.Struct, gc=False):
    id: Name
    completed: bool = False
    home_team: Name | None = None
    away_team: Name | None = None
    scores: list[SideIn] | None = None
    last_update: Time | None = None


def read_scores(body: bytes, now: datetime) -> dict[str, Score]:
    """{event: score} of the games that have one. BrokenAnswer where the body is no list."""
    try:
        parts = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenAnswer(f"the body is not a list of scores: {error}") from None
    found: dict[str, Score] = {}
    for part in parts:
        if NUL in bytes(part):
            continue
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            game = msgspec.json.decode(part, type=GameIn)
            if game.scores:
                found.setdefault(game.id, _score(game, now))
    return found


def _score(game: GameIn, now: datetime) -> Score:
    """As of when the provider saw it; one that can't be is of now."""
    by_name = {
        side.name: None if side.score is None else str(side.score) for side in game.scores or ()
    }
    stamp = game.last_update
    at = stamp if stamp and stamp.year in YEARS and stamp <= now else now
    home, away = (by_name.get(name) if name else None for name in (game.home_team, game.away_team))
    return Score(home, away, game.completed, at)
