"""What the provider checks in a request, what it refuses, and what an answer costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linefinder.domain.links import HOSTS
from linefinder.domain.odds import parse_time
from linefinder.domain.price import to_decimal
from linefinder.domain.quota import poll_cost
from linefinder.provider.sandbox.books import REGIONS, regions_of
from linefinder.provider.sandbox.source import Body

DETAILS = "https://the-odds-api.com/liveapi/guides/v4/api-error-codes.html#"
MARKETS = {"h2h", "spreads", "totals", "outrights"}
COMING_WITH = {"h2h_lay": "h2h", "outrights_lay": "outrights"}


class Refusal(Exception):
    """A refusal in the provider's shape."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        anchor = code.lower().replace("_", "-")
        self.body = {"message": message, "error_code": code, "details_url": DETAILS + anchor}


@dataclass(frozen=True, slots=True)
class Query:
    """The checked parameters of `/odds`."""

    regions: tuple[str, ...]
    bookmakers: tuple[str, ...]
    markets: tuple[str, ...]
    decimal: bool
    unix: bool
    event_ids: frozenset[str] | None
    since: datetime | None
    until: datetime | None
    links: bool = False

    @property
    def cost(self) -> int:
        return poll_cost(len(self.markets), len(self.regions), len(self.bookmakers))

    def wants(self, event: Mapping[str, Any]) -> bool:
        starts = parse_time(event["commence_time"])
        return (
            (self.event_ids is None or event["id"] in self.event_ids)
            and (self.since is None or starts >= self.since)
            and (self.until is None or starts <= self.until)
        )


def query_from(args: Mapping[str, str], featured: bool = True) -> Query:
    """The parameters of `/odds`; Refusal as the provider refuses them. Of one event any market may be
    asked for, of a sport only the `featured` ones."""
    regions, bookmakers = _names(args, "regions"), _names(args, "bookmakers")
    if not regions and not bookmakers:
        raise Refusal(422, "MISSING_REGION", "Missing regions or bookmakers key")
    unknown = [region for region in regions if region not in REGIONS]
    if unknown:
        raise Refusal(422, "INVALID_REGION", f"Invalid regions: {', '.join(unknown)}")
    markets = _names(args, "markets") or ("h2h",)
    unknown = [market for market in markets if market not in MARKETS]
    if unknown and featured:
        raise Refusal(422, "INVALID_MARKET", f"Invalid markets: {', '.join(unknown)}")
    ids = _names(args, "eventIds")
    return Query(
        regions,
        bookmakers,
        markets,
        _choice(args, "oddsFormat", ("decimal", "american"), "INVALID_ODDS_FORMAT") == "decimal",
        _choice(args, "dateFormat", ("iso", "unix"), "INVALID_DATE_FORMAT") == "unix",
        frozenset(ids) if ids else None,
        _time(args, "commenceTimeFrom", "INVALID_COMMENCE_TIME_FROM"),
        _time(args, "commenceTimeTo", "INVALID_COMMENCE_TIME_TO"),
        args.get("includeLinks") == "true",
    )


def answer(events: Body, query: Query, as_recorded: bool) -> Body:
    """The events as the query asks for them; a recording keeps the bookmakers it has."""
    return [_event(event, query, as_recorded) for event in events if query.wants(event)]


def _event(event: dict[str, Any], query: Query, as_recorded: bool) -> dict[str, Any]:
    books = []
    for book in event["bookmakers"]:
        if not as_recorded and not _is_asked(book["key"], query):
            continue
        markets = [_market(market, query) for market in book["markets"] if _fits(market, query)]
        if markets:
            found = {**book, **_dated(book, query), "markets": markets}
            books.append(_linked(event["id"], found) if query.links else found)
    return {**event, **_dated(event, query), "bookmakers": books}


def returned(event: Mapping[str, Any], query: Query) -> int:
    """Credits of an event's answer: for the markets in it, not for those that were asked for."""
    found = {market["key"] for book in event["bookmakers"] for market in book["markets"]}
    featured = {COMING_WITH.get(key, key) for key in found}
    return poll_cost(len(featured), len(query.regions), len(query.bookmakers))


def offered(event: Mapping[str, Any], query: Query, as_recorded: bool) -> dict[str, Any]:
    """An event as `/events/{id}/markets` tells it: which bookmaker has which markets."""
    books = [
        {
            "key": book["key"],
            "title": book["title"],
            "markets": [
                {"key": market["key"], "last_update": market.get("last_update")}
                for market in book["markets"]
            ],
        }
        for book in event["bookmakers"]
        if as_recorded or _is_asked(book["key"], query)
    ]
    return {**fixture(event), "bookmakers": books}


def _linked(event: str, book: dict[str, Any]) -> dict[str, Any]:
    """With links to the event and to each outcome, at bookmakers whose host is known."""
    host = HOSTS.get(book["key"])
    if host is None:
        return book
    root = f"https://sportsbook.{host}/sandbox/{event}"
    markets = [
        {
            **market,
            "outcomes": [
                {**outcome, "link": f"{root}?market={market['key']}&outcome={n}"}
                for n, outcome in enumerate(market["outcomes"])
            ],
        }
        for market in book["markets"]
    ]
    return {**book, "link": root, "markets": markets}


def _is_asked(book: str, query: Query) -> bool:
    if query.bookmakers:
        return book in query.bookmakers
    return bool(set(regions_of(book)) & set(query.regions))


def _fits(market: Mapping[str, Any], query: Query) -> bool:
    key = market["key"]
    return COMING_WITH.get(key, key) in query.markets


def _market(market: dict[str, Any], query: Query) -> dict[str, Any]:
    dated = {**market, **_dated(market, query)}
    if query.decimal:
        dated["outcomes"] = [
            {**outcome, "price": round(to_decimal(outcome["price"], "american"), 2)}
            for outcome in market["outcomes"]
        ]
    return dated


def _dated(part: Mapping[str, Any], query: Query) -> dict[str, Any]:
    if not query.unix:
        return {}
    times = (key for key in ("commence_time", "last_update") if key in part)
    return {key: int(parse_time(part[key]).timestamp()) for key in times}


def fixture(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event as `/events` tells it."""
    return {key: value for key, value in event.items() if key != "bookmakers"}


def _names(args: Mapping[str, str], key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_split(args.get(key, ""))))


def _split(text: str) -> Iterable[str]:
    return (part.strip() for part in text.split(",") if part.strip())


def _choice(args: Mapping[str, str], key: str, allowed: tuple[str, ...], code: str) -> str:
    value = args.get(key, allowed[0])
    if value not in allowed:
        raise Refusal(422, code, f"Invalid {key} parameter: {value[:64]}")
    return value


def _time(args: Mapping[str, str], key: str, code: str) -> datetime | None:
    text = args.get(key)
    if text is None:
        return None
    try:
        return datetime.strptime(text + "+0000", "%Y-%m-%dT%H:%M:%SZ%z")
    except ValueError:
        raise Refusal(422, code, f"Invalid {key} parameter: {text[:64]}") from None
