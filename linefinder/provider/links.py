"""The links of an answer of `/odds`. Pure, and apart from its odds: what is wrong here costs a link."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from linefinder.domain.links import Links, Slips, allowed


class OutcomeLink(msgspec.Struct, gc=False):
    name: str
    link: str | None = None


class MarketLinks(msgspec.Struct, gc=False):
    key: str
    outcomes: list[OutcomeLink] = []
    link: str | None = None


class BookLinks(msgspec.Struct, gc=False):
    key: str
    markets: list[MarketLinks] = []
    link: str | None = None


class EventLinks(msgspec.Struct, gc=False):
    id: str
    bookmakers: list[BookLinks] = []


_answer = msgspec.json.Decoder(list[EventLinks])


def links_of(body: bytes, hosts: Mapping[str, str], state: str = "") -> Links:
    """The links that may be opened; none where the body can't be read for them."""
    try:
        events = _answer.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    found: Links = {}
    for event in events:
        for book in event.bookmakers:
            slips = _slips(book, hosts.get(book.key), state)
            if slips.event or slips.markets or slips.outcomes:
                found.setdefault(event.id, {}).setdefault(book.key, slips)
    return found


def _slips(book: BookLinks, host: str | None, state: str) -> Slips:
    slips = Slips(allowed(book.link, host, state))
    for market in book.markets:
        if url := allowed(market.link, host, state):
            slips.markets[market.key] = url
        for outcome in market.outcomes:
            if url := allowed(outcome.link, host, state):
                slips.outcomes[market.key, outcome.name] = url
    return slips
