"""HTTP to The Odds API. Every answer or error carries the quota that its headers told.

The key travels in the URL, so nothing of a URL or of an exception of `requests` is ever shown.
"""

from __future__ import annotations

import logging
import re
import time
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec
import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from linefinder.domain.errors import (
    BrokenAnswer,
    KeyRefused,
    OutOfCredits,
    ProviderError,
    RateLimited,
    RequestRefused,
    ServerFailed,
    SportRefused,
    TransportFailed,
)
from linefinder.domain.quota import Usage

CONNECT_SECONDS = 3.05
READ_SECONDS = 6.0
DEADLINE_SECONDS = 12.0
LARGEST_BODY = 32 * 1024 * 1024
CHUNK = 64 * 1024
LARGEST_NUMBER = 2**31 - 1
"""What a column of the database holds."""
KEY_CODES = {"MISSING_KEY", "INVALID_KEY", "DEACTIVATED_KEY"}

# what urllib3 logs, at any level below, shows whole URLs
logging.getLogger("urllib3").setLevel(logging.ERROR)


class Answer(NamedTuple):
    body: bytes
    usage: Usage


class SportIn(msgspec.Struct):
    key: str
    title: str = ""
    active: bool = True
    has_outrights: bool = False


class FixtureIn(msgspec.Struct):
    """What `/events` tells for free."""

    id: str
    commence_time: str
    home_team: str | None = None
    away_team: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What every request for odds asks for."""

    regions: tuple[str, ...]
    bookmakers: tuple[str, ...]
    markets: tuple[str, ...]
    odds_format: str
    links: bool = False

    def params(self, markets: Iterable[str] = ()) -> dict[str, str]:
        """Of a poll, or of other markets."""
        books = {"bookmakers": ",".join(self.bookmakers)} if self.bookmakers else {}
        return {
            **(books or {"regions": ",".join(self.regions)}),
            "markets": ",".join(markets or self.markets),
            **({"includeLinks": "true"} if self.links else {}),
            "oddsFormat": self.odds_format,
            "dateFormat": "iso",
        }


class Provider:
    """One shared session: a first HTTPS call costs 45-70 ms, later ones 6-10."""

    def __init__(self, url: str, key: str, asked: Asked, user_agent: str) -> None:
        self._url, self._key, self._asked = url, key, asked
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": user_agent, "Accept-Encoding": "gzip"})
        self._session.trust_env = True
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=16, max_retries=0))

    def sports(self) -> tuple[list[SportIn], Usage]:
        """All sports, in and out of season. Free; its headers are a free look at the quota."""
        answer = self._get("/v4/sports", {"all": "true"})
        return _checked(answer, SportIn), answer.usage

    def events(self, sport: str) -> tuple[list[FixtureIn], Usage]:
        """The coming events of a sport. Free."""
        answer = self._get(f"/v4/sports/{sport}/events", {"dateFormat": "iso"})
        return _checked(answer, FixtureIn), answer.usage

    def odds(self, sport: str) -> Answer:
        """The body of a full poll. Costs markets x regions credits; an empty answer is free."""
        return self._get(f"/v4/sports/{sport}/odds", self._asked.params())

    def event_markets(self, sport: str, event: str) -> Answer:
        """Which markets an event has at which bookmakers. Costs one credit."""
        path = f"/v4/sports/{sport}/events/{quote(event, safe='')}/markets"
        asked = self._asked.params()
        return self._get(
            path, {key: asked[key] for key in ("regions", "bookmakers") if key in asked}
        )

    def event_odds(self, sport: str, event: str, markets: Iterable[str]) -> Answer:
        """Any markets of one event. Costs as many credits as markets are returned x regions."""
        path = f"/v4/sports/{sport}/events/{quote(event, safe='')}/odds"
        return self._get(path, self._asked.params(markets))

    def scores(self, sport: str, days: int = 0) -> Answer:
        """The scores of games in play, for one credit; with `days` (1 to 3) also of those that ended
        within so many days, for two."""
        asked = {"dateFormat": "iso", **({"daysFrom": str(days)} if days else {})}
        return self._get(f"/v4/sports/{sport}/scores", asked)

    def _get(self, path: str, params: Mapping[str, str]) -> Answer:
        ends = time.monotonic() + DEADLINE_SECONDS
        usage = Usage()
        try:
            with self._session.get(
                self._url + path,
                params={"apiKey": self._key, **params},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,  # a redirect would carry the key elsewhere
                stream=True,
            ) as response:
                usage = _usage(response.headers)
                body = _read(response, ends, usage)
        except (requests.RequestException, HTTPError) as error:
            raise TransportFailed(f"the provider did not answer ({_kind(error)})", usage) from None
        if response.status_code != 200:
            # some refusals repeat the key
            raise _refusal(response, body.replace(self._key.encode(), b"***"), usage)
        return Answer(body, usage)


def _read(response: requests.Response, ends: float, usage: Usage) -> bytes:
    """The body, within the deadline: one that drips would else never time out. So it is read as it
    comes and unpacked at the end; iter_content waits for whole chunks."""
    body = bytearray()
    while chunk := response.raw.read1(CHUNK, decode_content=False):
        body += chunk
        if time.monotonic() > ends:
            raise TransportFailed("the provider took too long to answer", usage)
        if len(body) > LARGEST_BODY:
            raise BrokenAnswer(f"the body is larger than {LARGEST_BODY} bytes", usage)
    packed = response.headers.get("Content-Encoding", "identity").lower() != "identity"
    return _unpacked(bytes(body), usage) if packed and body else bytes(body)


def _unpacked(packed: bytes, usage: Usage) -> bytes:
    """A gzip body, unpacked no further than it may be large."""
    unpack = zlib.decompressobj(wbits=47)  # gzip or zlib, whichever it is
    try:
        body = unpack.decompress(packed, LARGEST_BODY + 1)
    except zlib.error:
        raise BrokenAnswer("the body can't be unpacked", usage) from None
    if len(body) > LARGEST_BODY:
        raise BrokenAnswer(f"the body is larger than {LARGEST_BODY} bytes", usage)
    if not unpack.eof:
        raise TransportFailed("the body was cut off", usage)
    return body


def _usage(headers: Mapping[str, str]) -> Usage:
    return Usage(*(_number(headers.get(f"x-requests-{name}")) for name in Usage._fields))


def _number(text: str | None) -> int | None:
    """A header as a whole number (some have been seen as '12.0'); None where it is none."""
    try:
        number = int(float(text)) if text else None
    except (ValueError, OverflowError):
        return None
    return None if number is None or abs(number) > LARGEST_NUMBER else number


def _kind(error: Exception) -> str:
    """ConnectTimeout -> 'connect timeout': never the text, which holds the URL and so the key."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()


def _checked(answer: Answer, kind: Any) -> list[Any]:
    """The entries of a list; a malformed one is left out, it must not hide the others."""
    try:
        parts = msgspec.json.decode(answer.body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenAnswer(f"not the answer that was asked for: {error}", answer.usage) from None
    entries = []
    for part in parts:
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            entries.append(msgspec.json.decode(part, type=kind))
    return entries


def _refusal(response: requests.Response, body: bytes, usage: Usage) -> ProviderError:
    """The error of the tree for a refusal, by its error_code first."""
    status = response.status_code
    code, said = _reason(body)
    words = f"the provider answered {status} {code}: {said}".strip(": ")
    if code == "OUT_OF_USAGE_CREDITS":
        return OutOfCredits(words, usage)
    if code in KEY_CODES or (status == 401 and not code):
        return KeyRefused(words, usage)
    if status == 429:
        return RateLimited(words, _number(response.headers.get("Retry-After")), usage)
    if status >= 500:
        return ServerFailed(words, status, usage)
    if code == "UNKNOWN_SPORT":
        return SportRefused(words, code, usage)
    if 400 <= status < 500:
        return RequestRefused(words, code or str(status), usage)
    return BrokenAnswer(words, usage)


def _reason(body: bytes) -> tuple[str, str]:
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "", ""
    if not isinstance(told, dict):
        return "", ""
    code, said = told.get("error_code"), told.get("message")
    return (code[:64] if isinstance(code, str) else ""), (
        said[:200] if isinstance(said, str) else ""
    )
