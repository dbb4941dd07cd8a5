"""What turns one board into the next: an RFC 7386 merge patch of its events.

The law: apply(old, diff(old, new)) == new, and diff(board, board) == {}. It holds because no value of
a board is None, so that None can mean 'remove'. Numbers are equal by value, as the protocol says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from linefinder.domain.odds import Line, LineKey

Patch = dict[str, Any]


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> Patch:
    """The smallest merge patch from `old` to `new`; empty where they are equal."""
    patch: Patch = {}
    for key, value in new.items():
        before = old.get(key)
        if before == value:
            continue
        if isinstance(value, dict) and isinstance(before, dict):
            patch[key] = diff(before, value)
        else:
            patch[key] = value
    for key in old:
        if key not in new:
            patch[key] = None
    return patch


def apply(old: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """`old` with `patch` merged in, as a new mapping; `old` stays as it is (RFC 7386, section 2)."""
    merged = dict(old)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            before = merged.get(key)
            merged[key] = apply(before if isinstance(before, dict) else {}, value)
        else:
            merged[key] = value
    return merged


def line_changes(
    old: Mapping[str, Any], new: Mapping[str, Any], patch: Patch
) -> Iterator[tuple[LineKey, Line | None]]:
    """Each line that `patch` touches with its new value, None where it is gone.

    A removed event, bookmaker or market is told line by line, and one that comes is too.
    """
    for event_id in patch:
        before = old.get(event_id, {}).get("lines", {})
        after = new.get(event_id, {}).get("lines", {})
        for bookmaker in [*before, *(key for key in after if key not in before)]:
            was, now = before.get(bookmaker, {}), after.get(bookmaker, {})
            if was != now:
                yield from _market_changes(event_id, bookmaker, was, now)


def _market_changes(
    event_id: str, bookmaker: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[tuple[LineKey, Line | None]]:
    for market in [*old, *(key for key in new if key not in old)]:
        was, now = old.get(market, {}), new.get(market, {})
        for outcome in [*was, *(key for key in now if key not in was)]:
            line = now.get(outcome)
            if was.get(outcome) != line:
                yield LineKey(event_id, bookmaker, market, outcome), line


def event_changes(old: Mapping[str, Any], patch: Patch) -> Iterator[str]:
    """The ids of events that came, went, moved or were renamed by `patch`."""
    for event_id, part in patch.items():
        if part is None or event_id not in old or set(part) - {"lines"}:
            yield event_id
