"""Sending to addresses that browsers name: never into the network behind this server.

The name is resolved once, every address it has must be public, and the connection goes to the address
that was looked at: a name that means something else a moment later gains nothing. Nobody is followed to
where a redirect leads.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

import certifi
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError

from linefinder.domain.errors import Refused

TIMEOUT = Timeout(connect=3.05, read=6.0)
LONGEST_URL = 1_000
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class NotSent(Exception):
    """There was no answer; another try may get one."""


def check_url(url: str, inside: bool) -> SplitResult:
    """The parts of an address that may be sent to; `inside`: http, and this network, are allowed."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("bad_address", "that is no address", 409) from None
    schemes = {"https", "http"} if inside else {"https"}
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if (
        not plain
        or parts.scheme not in schemes
        or not parts.hostname
        or parts.username
        or port == 0
    ):
        raise Refused("bad_address", f"it takes an {' or '.join(sorted(schemes))} address", 409)
    return parts


def addresses_of(parts: SplitResult, inside: bool) -> list[str]:
    """Where a checked address leads; Refused where any of it is not public."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotSent("its name is not known") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not inside and not all(map(is_public, addresses)):
        raise Refused("bad_address", "it leads into a private network", 409)
    return addresses


def is_public(address: str) -> bool:
    """Whether an address is anybody's: not private, loopback, link-local, reserved or multicast."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        translated = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in NAT64 else None
        for inner in (found.ipv4_mapped, found.sixtofour, translated):
            if inner is not None and not is_public(str(inner)):
                return False
    return found.is_global and not found.is_multicast


def post(url: str, body: bytes, headers: Mapping[str, str], inside: bool) -> int:
    """The status of the answer. Refused where it may not be sent, NotSent where none came."""
    parts = check_url(url, inside)
    address = addresses_of(parts, inside)[0]
    host = str(parts.hostname)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    pool: HTTPConnectionPool
    if parts.scheme == "https":
        pool = HTTPSConnectionPool(
            address, parts.port, timeout=TIMEOUT, ca_certs=certifi.where(),
            cert_reqs="CERT_REQUIRED", server_hostname=host, assert_hostname=host,
        )  # fmt: skip
    else:
        pool = HTTPConnectionPool(address, parts.port, timeout=TIMEOUT)
    with pool:
        try:
            answer = pool.urlopen(
                "POST", path, body, {"Host": parts.netloc, **headers}, retries=False,
                redirect=False, preload_content=False,
            )  # fmt: skip
        except (HTTPError, OSError) as error:
            raise NotSent(type(error).__name__) from error
        answer.close()
        return answer.status
