"""An alert as a message, with words for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from linefinder.domain.edges import Leg
from linefinder.domain.matching.alert import Alert
from linefinder.domain.odds import Board, Line, iso_ms
from linefinder.domain.rules import Rule
from linefinder.web.shown.text import MINUS, pick_text, plural, point_text, price_text
from linefinder.web.shown.words import FINDS, market_name

MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one watcher is told at one moment: messages, how many more there were, and whether it is to
    be told in silence."""

    watcher: str
    alerts: tuple[dict[str, Any], ...]
    more: int = 0
    quiet: bool = False

    def message(self) -> dict[str, Any]:
        """The `alert` of protocol.md."""
        return {"alerts": list(self.alerts), "more": self.more, "quiet": self.quiet}


def alert_dict(key: str, rule: Rule, alert: Alert, board: Board) -> dict[str, Any]:
    """One alert of the rule `key`, as in the `alerts` of the message."""
    event = board.events.get(alert.event, {})
    return {
        "id": f"{key}-{alert.about[:16]}-{int(alert.at.timestamp())}",
        "rule": key,
        "kind": alert.kind,
        "sport": alert.sport,
        "event": alert.event,
        "title": title_of(event, alert.event),
        "text": in_words(rule, alert, board),
        "market": alert.market,
        "outcome": alert.outcome,
        "bookmakers": list(alert.bookmakers),
        "line": alert.line,
        "was": alert.was,
        "odds_format": board.odds_format,
        "profit": None if alert.profit is None else round(alert.profit, 6),
        "legs": [asdict(leg) for leg in alert.legs],
        "at": iso_ms(alert.at),
        "late": round(alert.late, 1),
    }


def title_of(event: Mapping[str, Any], key: str) -> str:
    """`Miami Heat at Boston Celtics`."""
    home, away = event.get("home"), event.get("away")
    return f"{away} at {home}" if home and away else str(home or away or key)


def in_words(rule: Rule, alert: Alert, board: Board) -> str:
    """What has happened, in a sentence."""
    market = market_name(alert.market)
    titles = [board.bookmakers.get(book, book) for book in alert.bookmakers]
    books = ", ".join(titles[:4]) + (f" and {len(titles) - 4} more" if len(titles) > 4 else "")
    line = f"{alert.outcome} {_line(alert, alert.line, board.odds_format)}"
    was = f" from {_line(alert, alert.was, board.odds_format)}" if alert.was else ""
    share = f"{100 * (alert.profit or 0):.1f}%".replace("-", MINUS)
    joint = " and lay " if alert.found == "back_lay" else " and "
    picks = joint.join(_pick(alert, leg, board) for leg in alert.legs)
    return {
        "target": f"{market}: {line}, your target, at {books}",
        "opener": f"{market}: first line, at {books}",
        "move": f"{market}: {line}{was} at {books}",
        "steam": f"{market}: steam, {plural(len(titles), 'book')} moved to {line}{was}: {books}",
        "arbitrage": f"{market}: arbitrage of {share} at {books}",
        "low_hold": f"{market}: the best prices return {share} of all stakes, at {books}",
        "find": f"{market}: {FINDS.get(alert.found, '').lower()} of {share}, {picks}",
    }[rule.kind]


def _pick(alert: Alert, leg: Leg, board: Board) -> str:
    pick = pick_text(alert.market, leg.outcome, leg.point)
    price = price_text(leg.price, board.odds_format, board.odds_format)
    return f"{pick} {price} at {board.bookmakers.get(leg.bookmaker, leg.bookmaker)}"


def _line(alert: Alert, line: Line | None, odds_format: str) -> str:
    if line is None:
        return ""
    point = point_text(alert.market, alert.outcome or "", line[1])
    return f"{point} {price_text(line[0], odds_format, odds_format)}".strip()
