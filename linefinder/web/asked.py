"""What a request asks a page to show: the address wins, then what the browser keeps (a cookie that
static/early.js writes), then the defaults. static/js/shown/view-state.js knows the other choices."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Request

COOKIE = "linefinder_view"
LONGEST = 80
LONGEST_COOKIE = 3072
MOST_BOOKS = 100
PERCENT = re.compile(r"[0-9]{1,2}(\.[0-9]{1,3})?")
BOOK = re.compile(r"[a-z0-9_]{1,64}")
ODDS = ("american", "decimal", "fractional", "probability")
THEMES = {"light", "dark"}
DENSITIES = {"comfortable"}


@dataclass(frozen=True, slots=True)
class Asked:
    """odds, market: None where nothing was asked. zone: the viewer's, UTC until it is known.
    mine, fees: the bookmakers where the viewer bets, and what these keep of a win, as shares.
    theme, density: only where they differ from what the style sheets do anyway."""

    market: str | None
    odds: str | None
    mine: tuple[str, ...]
    fees: dict[str, float]
    zone: tzinfo
    zone_name: str
    theme: str | None
    density: str | None


def asked_of(request: Request) -> Asked:
    """What the address and the cookie of a request ask for; nonsense counts as nothing."""
    kept = parse_qs(request.cookies.get(COOKIE, "")[:LONGEST_COOKIE])

    def choice(name: str) -> str | None:
        found = request.args.get(name) or next(iter(kept.get(name, [])), None)
        return found if found and len(found) <= LONGEST else None

    def listed(name: str) -> list[str]:
        said = request.args.getlist(name) if name in request.args else kept.get(name, [])
        return [value for value in said if len(value) <= LONGEST][:MOST_BOOKS]

    zone, zone_name = _zone(choice("zone"), next(iter(kept.get("local", [])), None))
    odds, theme, density = choice("odds"), choice("theme"), choice("density")
    return Asked(
        market=choice("market"),
        odds=odds if odds in ODDS else None,
        mine=tuple(dict.fromkeys(book for book in listed("mine") if BOOK.fullmatch(book))),
        fees=dict(filter(None, map(fee_of, listed("fee")))),
        zone=zone,
        zone_name=zone_name,
        theme=theme if theme in THEMES else None,
        density=density if density in DENSITIES else None,
    )


def fee_of(text: str) -> tuple[str, float] | None:
    """(bookmaker, share) of `betfair_ex_uk=5`; None for nonsense."""
    book, _, percent = text.partition("=")
    if not (BOOK.fullmatch(book) and PERCENT.fullmatch(percent) and float(percent) <= 50):
        return None
    return book, float(percent) / 100


def _zone(chosen: str | None, local: str | None) -> tuple[tzinfo, str]:
    name = local if chosen in (None, "local") else chosen
    found = _known(name) if name and len(name) <= LONGEST else None
    return (found, str(name)) if found else (UTC, "UTC")


@lru_cache(maxsize=256)
def _known(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        return None
