"""How a command ends that can't do what it is asked."""

from __future__ import annotations

from typing import NoReturn

import click

FAILED, IN_THE_WAY = 1, 3


def give_up(words: str, code: int = FAILED) -> NoReturn:
    """One line on standard error, and an exit code."""
    click.echo(f"Error: {words}", err=True)
    raise SystemExit(code)
