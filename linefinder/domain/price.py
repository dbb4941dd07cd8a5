"""Odds formats.

American: +150 wins 150 on 100, -150 needs 150 to win 100. Decimal: the whole return.
"""

from __future__ import annotations


def to_decimal(price: float, odds_format: str) -> float:
    """A price of a board as decimal odds."""
    if odds_format == "decimal":
        return price
    return 1 + price / 100 if price > 0 else 1 - 100 / price if price else 1.0


def to_american(price: float, odds_format: str) -> float:
    """A price of a board as American odds, whole from decimal ones; 0 where it pays nothing. Even money
    is +100, never its other name -100: side by side they would seem two prices."""
    american = price if odds_format == "american" else _whole(price)
    return 100 if american == -100 else american


def _whole(price: float) -> int:
    if price <= 1:
        return 0
    return round(100 * (price - 1)) if price >= 2 else round(-100 / (price - 1))


def probability(price: float, odds_format: str) -> float:
    """The chance at which a price breaks even: 1 / decimal."""
    return 1 / to_decimal(price, odds_format)


def is_offered(price: float, odds_format: str) -> bool:
    """False for the prices that stand for 'suspended': decimal 1.0, American nearer to 0 than 100."""
    return price > 1 if odds_format == "decimal" else abs(price) >= 100


def converted(price: float, was: str, odds_format: str) -> float:
    """A price of one odds format in another: American whole, decimal to three places."""
    if was == odds_format:
        return price
    return (
        to_american(price, was) if odds_format == "american" else round(to_decimal(price, was), 3)
    )
