"""The proof that two boards are the same: CRC-32 of their lines in one canonical order (protocol.md).

The text is one line `event|bookmaker|market|outcome|P|Q` for each line of the board, sorted by code
point and joined by newlines. Events that did not change keep their text, so the cost of a new version
is that of its changed events plus one CRC over the whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from zlib import crc32

Texts = dict[str, str]
"""For each event id with lines, its sorted and joined text."""
BETWEEN = "\0"
"""Stands between the rows of a text: names may hold a newline, but no NUL (normalise.py)."""


def thousandths(number: float) -> int:
    """floor(1000 x + 0.5), the same in every language that has IEEE doubles."""
    return math.floor(1000 * number + 0.5)


def event_text(event_id: str, lines: Mapping[str, Any]) -> str:
    """The sorted lines of one event, joined by BETWEEN."""
    rows = []
    for bookmaker, markets in lines.items():
        for market, outcomes in markets.items():
            stem = f"{event_id}|{bookmaker}|{market}|"
            for outcome, (price, point) in outcomes.items():
                tail = "" if point is None else thousandths(point)
                rows.append(f"{stem}{outcome}|{thousandths(price)}|{tail}")
    rows.sort()
    return BETWEEN.join(rows)


def texts_of(events: Mapping[str, Any]) -> Texts:
    """The texts of all events that have lines."""
    return {key: event_text(key, event["lines"]) for key, event in events.items() if event["lines"]}


def texts_after(texts: Texts, events: Mapping[str, Any], changed: Mapping[str, Any]) -> Texts:
    """The texts of `events`, where only the events named in `changed` differ from `texts`."""
    after = {**texts}
    for key in changed:
        event = events.get(key)
        if event is None or not event["lines"]:
            after.pop(key, None)
        else:
            after[key] = event_text(key, event["lines"])
    return after


def checksum_of(texts: Texts) -> int:
    """The checksum of a board from the texts of its events; 0 for a board without lines."""
    if any("|" in key for key in texts):
        # `a|b` would sort among the lines of `a`: only a sort of all lines is right then
        parts = sorted(row for text in texts.values() for row in text.split(BETWEEN))
    else:
        parts = [texts[key] for key in sorted(texts, key=lambda key: f"{key}|")]
    whole = BETWEEN.join(parts).replace(BETWEEN, "\n")
    return crc32(whole.encode("utf-8", "surrogatepass"))


def checksum(events: Mapping[str, Any]) -> int:
    """The checksum of a board computed from nothing."""
    return checksum_of(texts_of(events))
