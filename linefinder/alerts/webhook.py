"""Webhooks: the message as it is, with the time of sending, signed for its receiver."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from linefinder import wire
from linefinder.alerts.message import Delivery


def body_of(delivery: Delivery) -> bytes:
    return wire.encode(delivery.message())


def headers(body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """`LineFinder-Signature` is the HMAC-SHA256 of `<timestamp>.<body>`: an old one can't be sent again
    as new."""
    stamp = str(int(now.timestamp()))
    signature = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "User-Agent": "LineFinder",
        "LineFinder-Timestamp": stamp,
        "LineFinder-Signature": f"sha256={signature.hexdigest()}",
    }
