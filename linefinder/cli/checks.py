"""What the commands share: a usable database, a known sport, JSON on standard output."""

from __future__ import annotations

from typing import Any

import click
from flask import current_app

from linefinder import wire
from linefinder.cli.ending import give_up
from linefinder.domain.errors import LineFinderError
from linefinder.domain.sports import sport_key
from linefinder.store.engine import bring_up
from linefinder.store.read import KnownSport, known_sports


def stored() -> list[KnownSport]:
    """The sports in the database, which is made usable first."""
    try:
        bring_up(current_app)
        return known_sports()
    except LineFinderError as error:
        give_up(str(error))


def known_sport(name: str, with_board: bool = False) -> str:
    """The key of a sport that the database knows."""
    key = sport_key(name)
    sports = {sport.key: sport for sport in stored()}
    if key not in sports:
        give_up(f"there is no sport {name!r}; `flask --app app sports` lists them")
    if with_board and not sports[key].epoch:
        give_up(f"{key} was never polled; `flask --app app poll {name}` does it")
    return key


def say_json(value: Any) -> None:
    click.echo(wire.encode(value))
