"""Fractional odds: what is won on what is bet; the twin of fractionText (static/js/shown/format.js)."""

from __future__ import annotations

import math

STAKES = (*range(1, 17), 18, 20, 21, 22, 25, 33, 40, 50, 66, 80, 100)
"""The stakes that fractional odds are written with."""


def fraction_text(price: float, board_format: str) -> str:
    """3/2 for +150, 10/11 for -110: American odds exactly, decimal ones as near as they were sent."""
    won, bet = _exact(price) if board_format == "american" else _near(price)
    return f"{won}/{bet}"


def _exact(price: float) -> tuple[int, int]:
    size = math.floor(1000 * abs(price) + 0.5)
    return _shortened(*((size, 100_000) if price > 0 else (100_000, size)))


def _near(price: float) -> tuple[int, int]:
    won = math.floor(1000 * price + 0.5) - 1000
    within = 0.5 if won % 10 else 5.0  # thousandths: half of the last place sent
    for bet in STAKES:
        whole = math.floor(won * bet / 1000 + 0.5)
        if whole > 0 and abs(1000 * whole - won * bet) < min(within, won / 25) * bet:
            return whole, bet
    return _shortened(won, 1000)


def _shortened(won: int, bet: int) -> tuple[int, int]:
    common = math.gcd(won, bet)
    return won // common, bet // common
