"""REST about how an event closed, and what a bet is worth beside that."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from spectree import Response as Answers

from linefinder.config import Config
from linefinder.domain.closing import CLOSES_WITHIN, Bet, fair_points, value_of
from linefinder.domain.consensus import judged_lines
from linefinder.domain.errors import Pruned, Refused
from linefinder.domain.odds import LIMIT, Lines, iso, iso_ms
from linefinder.domain.offers import Offers, Terms, offers_of
from linefinder.store.closing import Closing, closing
from linefinder.web.rest import closing_schema
from linefinder.web.rest.document import Problem, spec
from linefinder.web.rest.exchange import answer
from linefinder.web.shown.comparison import rounded
from linefinder.wire import score_dict
from linefinder.wiring import wiring

bp = Blueprint("closing", __name__, url_prefix="/api/events")
LONGEST_NAME = 256
FORMATS = ("american", "decimal")
NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,400})?([eE][+-]?\d{1,3})?", re.ASCII)


@bp.get("/<event_id>/closing")
@spec.validate(
    query=closing_schema.WhichBet,
    resp=Answers(
        HTTP_200=closing_schema.Closing, HTTP_400=Problem, HTTP_404=Problem, HTTP_410=Problem
    ),
    skip_validation=True,
    tags=["boards"],
)
def event_closing(event_id: str) -> Response:
    """How the lines of an event closed, once it has started; with a bet, also its value beside that."""
    w, bet = wiring(), _bet()
    found = closed(event_id, w.now())
    response = answer(told(found, w.config, bet))
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


def closed(event_id: str, now: datetime) -> Closing:
    """How an event closed. Refused where there is no such event, it has not started, or its changes
    have been deleted."""
    try:
        found = closing(event_id)
    except Pruned:
        words = "the lines of then have been deleted (HISTORY_DAYS)"
        raise Refused("pruned", words, 410) from None
    if found is None:
        raise Refused("unknown_event", f"there never was an event {event_id[:64]!r}", 404)
    if found.starts_at > now:
        raise Refused("not_started", f"it starts at {iso(found.starts_at)}", 404)
    return found


def told(found: Closing, config: Config, bet: Bet | None = None) -> dict[str, Any]:
    """An event's closing lines as REST tells them (closing_schema.Closing)."""
    terms, offers = terms_of(found, config), standing(found, config)
    teams = {"home": found.home, "away": found.away}
    age = age_of(found, found.seen_at)
    message = {
        "id": found.event,
        "sport": found.sport,
        **{side: name for side, name in teams.items() if name is not None},
        "starts_at": iso(found.starts_at),
        "odds_format": found.odds_format,
        "seen_at": iso_ms(found.seen_at) if found.seen_at else None,
        "age": age,
        "closed": is_closing(age),
        "bookmakers": found.books,
        "lines": _lines(found),
        "fair": _fair(offers, terms),
        "score": score_dict(found.score),
    }
    if bet:
        value = value_of(bet, nested(found), offers, terms)
        message["value"] = rounded(value._asdict())
    return message


def terms_of(found: Closing, config: Config) -> Terms:
    """How the closing lines are compared: as the settings say."""
    held = found.odds_format or config.odds_format
    return Terms(
        held,
        method=config.fair_method,
        weights=config.fair_weights,
        commission=config.odds_commission,
    )


def standing(found: Closing, config: Config) -> dict[str, Offers]:
    """What was offered whole at the last poll before the start: a line that was off has no say."""
    return offers_of(nested(found, off=False), terms_of(found, config))


def nested(found: Closing, off: bool = True) -> Lines:
    """The lines in the shape of a board's; without those that were off at the start, if so asked."""
    lines: Lines = {}
    for line in found.lines:
        if off or not line.off:
            market = lines.setdefault(line.bookmaker, {}).setdefault(line.market, {})
            market[line.outcome] = (line.price, line.point)
    return lines


def age_of(found: Closing, seen_at: datetime | None) -> float | None:
    """Seconds from when something was last seen to the start."""
    return None if seen_at is None else round((found.starts_at - seen_at).total_seconds(), 3)


def is_closing(age: float | None) -> bool:
    """Whether what is so old at the start may be called a closing line."""
    return age is not None and age <= CLOSES_WITHIN.total_seconds()


def _lines(found: Closing) -> dict[str, Any]:
    lines: dict[str, Any] = {}
    for line in found.lines:
        market = lines.setdefault(line.bookmaker, {}).setdefault(line.market, {})
        age = age_of(found, line.seen_at)
        market[line.outcome] = {
            "price": line.price, "point": line.point, "age": age, "off": line.off,
        }  # fmt: skip
    return lines


def _fair(offers: dict[str, Offers], terms: Terms) -> dict[str, Any]:
    points = fair_points(offers, terms)
    judged = judged_lines(offers, terms)
    return {
        "method": terms.method,
        "points": {
            market: {
                name: [rounded(at._asdict()) for at in several]
                for name, several in outcomes.items()
            }
            for market, outcomes in points.items()
        },
        "books": {
            book: {
                market: {name: rounded(line._asdict()) for name, line in outcomes.items()}
                for market, outcomes in markets.items()
            }
            for book, markets in judged.items()
        },
    }


def _bet() -> Bet | None:
    """The bet that is asked about; None where it is not told whole."""
    args = request.args
    odds_format = args.get("odds_format")
    if odds_format not in (None, *FORMATS):
        raise Refused("bad_request", "odds_format is american or decimal")
    book, market, outcome = (_name(name) for name in ("bookmaker", "market", "outcome"))
    price, point = _number("price"), _number("point")
    if not (book and market and outcome and odds_format) or price is None:
        return None
    return Bet(book, market, outcome, price, point, odds_format)


def _name(which: str) -> str:
    name = request.args.get(which, "")
    if len(name) > LONGEST_NAME:
        raise Refused("bad_request", f"{which} is longer than {LONGEST_NAME} characters")
    return name


def _number(which: str) -> float | None:
    text = request.args.get(which)
    if text is None:
        return None
    if not NUMBER.fullmatch(text) or abs(float(text)) > LIMIT:
        raise Refused("bad_request", f"{which}={text[:64]!r} is no number within {LIMIT:,}")
    return float(text)
