"""Who asks, truly: what a reverse proxy says of it counts where it is trusted, and nowhere else."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from linefinder.settings import Network

FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)
STRANGERS_KEPT = 20
HOME_BITS = 64
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TrueAddress:
    """WSGI middleware in front of all others: REMOTE_ADDR and the scheme are the viewer's, and what
    nobody may say by himself is taken out of the request.

    strangers: how often which address sent X-Forwarded-For though nobody trusts it. Whoever comes
    through such a proxy counts as one viewer, which the operator has to know.
    """

    def __init__(self, app: Any, trusted: Sequence[Network], user_header: str = "") -> None:
        self._app, self._trusted = app, trusted
        self._user = _environ_name(user_header) if user_header else None
        self.strangers: Counter[str] = Counter()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        said = {name: environ.pop(name) for name in FORWARDED if name in environ}
        peer = address_of(environ.get("REMOTE_ADDR", ""))
        if peer is not None and self._is_trusted(peer):
            environ["REMOTE_ADDR"] = str(self._viewer(peer, said.get("HTTP_X_FORWARDED_FOR", "")))
            scheme = said.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
            if scheme in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
        else:
            if self._user:
                environ.pop(self._user, None)
            if "HTTP_X_FORWARDED_FOR" in said:
                self._note(str(peer or "an unknown address"))
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)

    def _viewer(self, peer: Address, chain: str) -> Address:
        """From the right, because each proxy adds whom it saw: the first that no one vouches for."""
        viewer = peer
        for hop in reversed(chain.split(",")):
            address = address_of(hop)
            if address is None:
                return viewer
            viewer = address
            if not self._is_trusted(address):
                return viewer
        return viewer

    def _note(self, peer: str) -> None:
        if peer in self.strangers or len(self.strangers) < STRANGERS_KEPT:
            self.strangers[peer] += 1


def address_of(text: str) -> Address | None:
    """The address of `1.2.3.4`, `1.2.3.4:80`, `::1` or `[::1]:80`; None where it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def household(text: str) -> str:
    """Who counts as one: an IPv4 address, or the /64 that a provider gives to one customer."""
    address = address_of(text)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, HOME_BITS), strict=False))
    return str(address or text)


def _environ_name(header: str) -> str:
    return "HTTP_" + header.upper().replace("-", "_")


class UrlPrefix:
    """WSGI middleware: the whole board, socket included, lives under a path."""

    def __init__(self, app: Any, prefix: str) -> None:
        self._app, self._prefix = app, prefix

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = environ.get("PATH_INFO", "")
        if path != self._prefix and not path.startswith(self._prefix + "/"):
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [f"The board is at {self._prefix}/\n".encode()]
        inside = {
            "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + self._prefix,
            "PATH_INFO": path[len(self._prefix) :] or "/",
        }
        return self._app({**environ, **inside}, start_response)
