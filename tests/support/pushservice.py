"""A push service and the browser behind it: takes pushes over HTTP, opens and checks them.

Written from RFC 8291, 8188 and 8292 with nothing but primitives, so that a mistake of the sender's
library would show.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Pushed(NamedTuple):
    """One push as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class PushService:
    """Listens on loopback. `pushed`: all that came; `statuses`: answered in turn, then 201."""

    def __init__(self) -> None:
        self.pushed: list[Pushed] = []
        self.statuses: list[int] = []
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.pushed.append(Pushed(self.path, dict(self.headers), body))
                self.send_response(service.statuses.pop(0) if service.statuses else 201)
                self.send_header("Location", f"{service.url}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def subscription(self) -> dict[str, Any]:
        """What PushManager.subscribe gives a page."""
        keys = {
            "p256dh": text_of(point_of(self._private.public_key())),
            "auth": text_of(self._auth),
        }
        return {"endpoint": f"{self.url}/send/abc", "expirationTime": None, "keys": keys}

    def opened(self, pushed: Pushed) -> Any:
        """What the browser reads."""
        assert pushed.headers["Content-Encoding"] == "aes128gcm"
        salt, size = pushed.body[:16], int.from_bytes(pushed.body[16:20], "big")
        length = pushed.body[20]
        sender, sealed = pushed.body[21 : 21 + length], pushed.body[21 + length :]
        assert len(sealed) <= size
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self._private.exchange(ec.ECDH(), theirs)
        info = b"WebPush: info\0" + point_of(self._private.public_key()) + sender
        secret = _hkdf(self._auth, shared, info, 32)
        key = _hkdf(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _hkdf(salt, secret, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, sealed, None)
        plain, _, padding = padded.rpartition(b"\x02")
        assert not padding.strip(b"\0")
        return json.loads(plain)

    def claims(self, pushed: Pushed, server_key: str) -> Any:
        """Who sent it, as the token says, which must be signed with the key that was subscribed to."""
        scheme, _, rest = pushed.headers["Authorization"].partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert scheme.lower() == "vapid"
        assert parts["k"] == server_key
        head, body, signature = parts["t"].split(".")
        assert json.loads(bytes_of(head))["alg"] == "ES256"
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_of(server_key))
        raw = bytes_of(signature)
        halves = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
        signed = f"{head}.{body}".encode()
        point.verify(encode_dss_signature(*halves), signed, ec.ECDSA(hashes.SHA256()))
        return json.loads(bytes_of(body))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _hmac(key: bytes, data: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(data)
    return made.finalize()


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return _hmac(_hmac(salt, secret), info + b"\x01")[:length]
