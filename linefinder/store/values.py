"""Prices and points as the tables keep them, and back."""

from __future__ import annotations

from linefinder.domain.odds import Line


def line_of(price: float, point: float | None) -> Line:
    """A stored line as the provider wrote it."""
    return short(price), None if point is None else short(point)


def short(number: float) -> float:
    """-110.0 as -110, the way the provider writes it."""
    return int(number) if number == int(number) else number
