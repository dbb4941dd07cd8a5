"""Prices, points, ages and times as people read them; the twin of static/js/shown/format.js."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from linefinder.domain.price import is_offered, to_american, to_decimal
from linefinder.web.shown.fraction import fraction_text

MINUS = "\N{MINUS SIGN}"


def price_text(price: float, board_format: str, shown: str) -> str:
    """+150, −110, 2.50, 3/2 or 40.0%; 'off' where the price stands for suspended."""
    if not is_offered(price, board_format):
        return "off"
    if shown == "decimal":
        return _decimal_text(price, board_format)
    if shown == "fractional":
        return fraction_text(price, board_format)
    if shown == "probability":
        return f"{_rounded(100 / to_decimal(price, board_format), '0.1')}%"
    return signed(to_american(price, board_format))


def _decimal_text(price: float, board_format: str) -> str:
    """Two places; a third only where the provider itself sent one."""
    sent = board_format == "decimal" and len(plain(price).partition(".")[2]) >= 3
    return _rounded(to_decimal(price, board_format), "0.001" if sent else "0.01")


def _rounded(number: float, step: str) -> str:
    """JavaScript's toFixed rounds the exact value, a tie up."""
    return f"{Decimal(number).quantize(Decimal(step), ROUND_HALF_UP)}"


def signed(number: float) -> str:
    """A number with its sign, a real minus, in the shortest form."""
    if number > 0:
        return f"+{plain(number)}"
    return f"{MINUS}{plain(-number)}" if number < 0 else "0"


def plain(number: float) -> str:
    """25 for 25.0."""
    return str(int(number)) if number == int(number) else str(number)


def point_text(market: str, outcome: str, point: float | None) -> str:
    """o221.5, u221.5, +6.5, PK for none to give; empty where there is no point."""
    if point is None:
        return ""
    if market == "totals":
        letter = {"Over": "o", "Under": "u"}.get(outcome, "")
        return letter + (signed(point) if point < 0 else plain(point))
    return signed(point) if point else "PK"


def pick_text(market: str, outcome: str, point: float | None) -> str:
    """What a bet is on: 'Over 221.5', 'Boston Celtics −6.5', 'Boston Celtics'."""
    said = point_text(market, outcome, point)
    return f"{outcome} {said.lstrip('ou') if market == 'totals' else said}".rstrip()


def money_text(amount: float) -> str:
    """An amount of whatever one bets: 12.05."""
    return _rounded(amount, "0.01")


def share_text(share: float) -> str:
    """A share as per cent with its sign: '+2.2%'; 0.0 has none."""
    percent = _rounded(100 * share, "0.1")
    if percent.startswith("-"):
        return f"{MINUS if percent.strip('-0.') else ''}{percent[1:]}%"
    return f"{'+' if percent.strip('0.') else ''}{percent}%"


def age_text(seconds: float) -> str:
    """12 s, 4 min, 2 h 5 min, 3 d."""
    whole = max(0, int(seconds))
    if whole < 90:
        return f"{whole} s"
    if whole < 5400:
        return f"{whole // 60} min"
    if whole < 172_800:
        minutes = whole % 3600 // 60
        return f"{whole // 3600} h" + (f" {minutes} min" if minutes else "")
    return f"{whole // 86_400} d"


def soon_text(seconds: float) -> str:
    """How long until a start, in its largest unit; empty beyond a day, where the heading says it."""
    if seconds <= 0:
        return "in play"
    if seconds < 3600:
        return f"in {max(1, int(seconds // 60))} min"
    return f"in {int(seconds // 3600)} h" if seconds < 86_400 else ""


def plural(count: int, noun: str) -> str:
    """'1 event', '2 events'."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def day_text(moment: datetime) -> str:
    """Tuesday 24 November."""
    return f"{moment:%A} {moment.day} {moment:%B}"


def clock_text(moment: datetime) -> str:
    """21:05."""
    return f"{moment:%H:%M}"


def full_text(moment: datetime) -> str:
    """Tue 24 Nov 21:05 UTC, in the zone that the moment is in."""
    return f"{moment:%a} {moment.day} {moment:%b} {moment:%H:%M} {moment:%Z}"
