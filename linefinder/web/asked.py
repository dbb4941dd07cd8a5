"""What a request asks a page to show: the address wins, then what the browser keeps (a cookie that
static/early.js writes), then the defaults. static/js/view-state.js knows the other choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Request

COOKIE = "linefinder_view"
LONGEST = 80
ODDS = ("american", "decimal", "fractional", "probability")
THEMES = {"light", "dark"}
DENSITIES = {"comfortable"}


@dataclass(frozen=True, slots=True)
class Asked:
    """odds, market: None where nothing was asked. zone: the viewer's, UTC until it is known.
    theme, density: only where they differ from what the style sheets do anyway."""

    market: str | None
    odds: str | None
    zone: tzinfo
    zone_name: str
    theme: str | None
    density: str | None


def asked_of(request: Request) -> Asked:
    """What the address and the cookie of a request ask for; nonsense counts as nothing."""
    kept = parse_qs(request.cookies.get(COOKIE, "")[:512])

    def choice(name: str) -> str | None:
        found = request.args.get(name) or next(iter(kept.get(name, [])), None)
        return found if found and len(found) <= LONGEST else None

    zone, zone_name = _zone(choice("zone"), next(iter(kept.get("local", [])), None))
    odds, theme, density = choice("odds"), choice("theme"), choice("density")
    return Asked(
        market=choice("market"),
        odds=odds if odds in ODDS else None,
        zone=zone,
        zone_name=zone_name,
        theme=theme if theme in THEMES else None,
        density=density if density in DENSITIES else None,
    )


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
