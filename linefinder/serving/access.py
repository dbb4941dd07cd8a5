"""Who may see what: BOARD_ACCESS and DATA_ACCESS, asked of a request before anything answers it.

A pass is a signed cookie. Every page hands one out; on a private board only who has given the password
gets one, and a new password or SECRET_KEY ends them all.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from traceback import clear_frames
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.http import parse_cookie

from linefinder.config import Config

COOKIE = "linefinder_pass"
SECURE_COOKIE = f"__Secure-{COOKIE}"
"""Its name by https: browsers take one of such a name from https alone."""

LASTS = 30 * 86_400
RENEWED_AFTER = 86_400
LONGEST_COOKIES = 8192


class Kind(Enum):
    """What is asked for. open: for everybody at any time (the way in, its files, health); page; rest:
    REST that tells no odds; live: odds as a page hears them; data: odds as a program reads them."""

    OPEN = "open"
    PAGE = "page"
    REST = "rest"
    LIVE = "live"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. member: has the password, or a proxy's word; paged: has the pass of a page; token: has
    DATA_TOKEN or REFRESH_TOKEN; stale: the pass is to be renewed; number: what a member's pass is known
    by, through all renewals, until it is signed out."""

    member: bool = False
    paged: bool = False
    token: bool = False
    stale: bool = True
    number: str = ""


class Access:
    """The rules of this board."""

    def __init__(self, config: Config, secret: str) -> None:
        self._config = config
        self._signer = URLSafeTimedSerializer(secret, salt="linefinder.pass")
        # of the password, so that another one ends the passes; by the secret, so that it tells nothing
        self._mark = hmac.digest(
            secret.encode(), config.board_password.encode(), hashlib.sha256
        ).hex()[:16]
        self.ended: frozenset[str] = frozenset()
        """The numbers of passes that were signed out."""
        header = config.board_user_header
        self._user = "HTTP_" + header.upper().replace("-", "_") if header else None

    def visitor(self, environ: Mapping[str, Any]) -> Visitor:
        """Who asks by a WSGI request. The proxy's header is there only where a trusted one sent it."""
        named = bool(self._user and environ.get(self._user, "").strip())
        kept, age = self._read(environ.get("HTTP_COOKIE", ""))
        mark, _, number = (kept or "").partition(".")
        is_ours = mark == self._mark and bool(number and self._config.board_password)
        if is_ours and number in self.ended:
            kept, is_ours = None, False
        member = named or is_ours
        return Visitor(
            member=member,
            paged=kept is not None and (member or not self._config.is_private),
            token=self.has_token(environ.get("HTTP_AUTHORIZATION", "")),
            stale=kept is None or age > RENEWED_AFTER,
            number=number if is_ours else "",
        )

    def may(self, visitor: Visitor, kind: Kind) -> bool:
        """Whether a visitor gets what is asked for."""
        if kind is Kind.OPEN:
            return True
        if self._config.is_private and not (visitor.member or visitor.token):
            return False
        if kind in (Kind.PAGE, Kind.REST) or self._config.data_for == "open":
            return True
        if kind is Kind.DATA and self._config.data_for == "token":
            return visitor.token
        return visitor.paged or visitor.member or visitor.token

    def has_token(self, authorization: str) -> bool:
        """Whether the header carries a token of the operator's, compared in constant time."""
        scheme, _, word = authorization.partition(" ")
        given = word.strip().encode("utf-8", "replace")
        tokens = filter(None, (self._config.refresh_token, self._config.data_token))
        found = [hmac.compare_digest(given, token.encode()) for token in tokens]
        return scheme.lower() == "bearer" and any(found)

    def is_password(self, given: str) -> bool:
        """Whether it is the password, compared in constant time; never where there is none."""
        kept = self._config.board_password
        same = hmac.compare_digest(given.encode("utf-8", "replace"), kept.encode())
        return bool(kept) and same

    def new_pass(self, member: bool, number: str = "") -> str:
        """The value of a cookie that lasts LASTS seconds; with a number it renews that pass."""
        said = f"{self._mark}.{number or secrets.token_hex(8)}" if member else "page"
        return str(self._signer.dumps(said))

    def _read(self, cookies: str) -> tuple[str | None, float]:
        """What a pass says and its age in seconds; None where there is none that is valid."""
        kept = parse_cookie(cookies[:LONGEST_COOKIES])
        found = kept.get(SECURE_COOKIE) or kept.get(COOKIE, "")
        if not found:
            return None, 0.0
        try:
            said, made_at = self._signer.loads(found, max_age=LASTS, return_timestamp=True)
        except BadSignature as error:
            # the library's frame holds the error, which holds the frame, which holds the whole request
            clear_frames(error.__traceback__)
            return None, 0.0
        now = self._signer.make_signer().get_timestamp()  # type: ignore[attr-defined]
        return (said if isinstance(said, str) else None), now - made_at.timestamp()
