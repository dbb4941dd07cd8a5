"""Webhooks: the message as it is, signed for its receiver, or as Discord and ntfy take it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from typing import Any

from linefinder import wire
from linefinder.alerts.message import Delivery

FORMATS = ("json", "discord", "ntfy")
LONGEST = {"discord": 2000, "ntfy": 3900}
"""Characters of a Discord message; bytes of an ntfy one, which may be 4096."""
AGENT = {"User-Agent": "LineFinder"}


def letter(
    delivery: Delivery, kept: Mapping[str, Any], now: datetime
) -> tuple[bytes, dict[str, str]]:
    """(body, headers) of a delivery for a webhook; `kept` is its `secret` and `format`."""
    form = kept.get("format", "json")
    if form == "discord":
        return _discord(delivery)
    if form == "ntfy":
        return _ntfy(delivery)
    body = wire.encode(delivery.message())
    return body, _signed(body, kept["secret"], now)


def _signed(body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """`LineFinder-Signature` is the HMAC-SHA256 of `<timestamp>.<body>`: an old one can't be sent again
    as new."""
    stamp = str(int(now.timestamp()))
    signature = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return {
        **AGENT,
        "Content-Type": "application/json",
        "LineFinder-Timestamp": stamp,
        "LineFinder-Signature": f"sha256={signature.hexdigest()}",
    }


def _discord(delivery: Delivery) -> tuple[bytes, dict[str, str]]:
    """Nobody is mentioned, whatever a team is called; in quiet hours it makes no sound."""
    text = "\n".join(f"**{_bare(title)}**: {_bare(said)}" for title, said in _lines(delivery))
    message: dict[str, Any] = {
        "content": _cut(text, LONGEST["discord"]),
        "allowed_mentions": {"parse": []},
        "flags": 4096 if delivery.quiet else 0,
    }
    return wire.encode(message), {**AGENT, "Content-Type": "application/json"}


def _ntfy(delivery: Delivery) -> tuple[bytes, dict[str, str]]:
    lines = _lines(delivery)
    title = lines[0][0] if len(lines) == 1 else f"{len(lines)} alerts"
    text = lines[0][1] if len(lines) == 1 else "\n".join(f"{a}: {b}" for a, b in lines)
    body = text.encode()[: LONGEST["ntfy"]].decode(errors="ignore").encode()
    headers = {
        **AGENT,
        "Content-Type": "text/plain; charset=utf-8",
        "Title": " ".join(Header(title[:200], "utf-8", maxlinelen=10_000).encode().split()),
        "Priority": "min" if delivery.quiet else "high",
    }
    return body, headers


def _lines(delivery: Delivery) -> list[tuple[str, str]]:
    """[(title, what happened)]"""
    told = [(str(alert["title"]), str(alert["text"])) for alert in delivery.alerts]
    return told + ([("And", f"{delivery.more} more")] if delivery.more else [])


def _bare(text: str) -> str:
    """Without what Discord would read as markup or as a link."""
    return "".join(f"\\{c}" if c in "\\*_~`|<>[]()#@" else c for c in text)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
