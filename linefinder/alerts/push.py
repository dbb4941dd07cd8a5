"""Web Push: messages that only the browser can read (RFC 8291), signed as this server's (RFC 8292)."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from linefinder import wire
from linefinder.alerts.message import Delivery

KEPT_FOR_SECONDS = 600
"""How long a push service keeps what it can't deliver: later nobody can use a price."""
TOKEN_FOR = timedelta(hours=12)
MOST_PUSHED = 5
POINT_BYTES, AUTH_BYTES = 65, 16


class PushKeys:
    """This server's own key, drawn at its first use and kept in the instance folder."""

    def __init__(self, folder: Path, contact: str) -> None:
        self._path, self._contact = folder / "vapid.pem", contact
        self._vapid: Any = None

    def public(self) -> str:
        """What a browser subscribes with."""
        point = self._own().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return to_text(point)

    def headers(self, endpoint: str, now: datetime) -> dict[str, str]:
        """Who sends, for the push service of an endpoint."""
        parts = urlsplit(endpoint)
        claims = {
            "sub": self._contact,
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + TOKEN_FOR).timestamp()),
        }
        signed: dict[str, str] = self._own().sign(claims)
        return {
            **signed,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_FOR_SECONDS),
            "Urgency": "high",
        }

    def _own(self) -> Any:
        if self._vapid is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not self._path.exists():
                self._draw()
            self._vapid = Vapid02.from_file(str(self._path))
        return self._vapid

    def _draw(self) -> None:
        """Written beside and linked: no other process reads half a key, nor do two keep their own."""
        drawn = Vapid02()
        drawn.generate_keys()
        beside = self._path.with_suffix(f".{os.getpid()}")
        with open(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.write(drawn.private_pem())
        try:
            os.link(beside, self._path)
        except FileExistsError:
            pass
        finally:
            beside.unlink()


def sealed(delivery: Delivery, keys: Mapping[str, str]) -> bytes:
    """A delivery as only the browser with these keys can read it. A push holds 4 KB, so it is short."""
    alerts = [
        {name: alert[name] for name in ("id", "sport", "title", "text", "late")}
        for alert in delivery.alerts[:MOST_PUSHED]
    ]
    more = delivery.more + len(delivery.alerts) - len(alerts)
    body: bytes = http_ece.encrypt(
        wire.encode({"alerts": alerts, "more": more}),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=from_text(keys["p256dh"]),
        auth_secret=from_text(keys["auth"]),
        version="aes128gcm",
    )
    return body


def check_keys(keys: Mapping[str, str]) -> None:
    """ValueError for keys that no browser makes."""
    point, auth = from_text(keys["p256dh"]), from_text(keys["auth"])
    if len(point) != POINT_BYTES or len(auth) != AUTH_BYTES:
        raise ValueError("'p256dh' and 'auth' are not those of a browser")
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def to_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """Bytes of URL-safe base64 without padding; ValueError for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
