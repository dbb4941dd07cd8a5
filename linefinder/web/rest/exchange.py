"""What all of REST asks of a request, and how it answers."""

from __future__ import annotations

import hmac
from typing import Any, TypeVar

import msgspec
from flask import Response, request

from linefinder import wire
from linefinder.domain.errors import Refused
from linefinder.domain.sports import sport_key
from linefinder.web.rest.misfit import words_of
from linefinder.wiring import wiring

Shape = TypeVar("Shape")


def answer(value: Any, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(wire.encode(value), status, mimetype="application/json")


def body(shape: type[Shape], wants: str) -> Shape:
    """The body of the request; Refused with what it `wants` where it does not fit."""
    if request.mimetype != "application/json":
        raise Refused("bad_request", "send JSON with Content-Type: application/json", 415)
    try:
        return msgspec.json.decode(request.get_data(), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("bad_request", f"the body {wants}: {words_of(error)}") from None


def known(name: str) -> str:
    """The key of a sport that there is, by alias or key."""
    sport = sport_key(name)
    if not wiring().boards.knows(sport):
        raise Refused("unknown_sport", f"there is no sport {name[:64]!r}", 404)
    return sport


def findable(name: str) -> str:
    """A name as PostgreSQL can be asked for it: one with a NUL, which nothing has, stays none."""
    return name.replace("\0", "\N{REPLACEMENT CHARACTER}")


def authorise() -> None:
    """Who may spend credits: pages of our own origins, and whoever has the token if there is one."""
    check_origin()
    if not has_token() and wiring().config.refresh_token:
        raise Refused("unauthorised", "this needs the refresh token", 401)


def has_token() -> bool:
    """Whether the request carries the refresh token; never where there is none."""
    token = wiring().config.refresh_token
    given = request.headers.get("Authorization", "")
    scheme, _, word = given.partition(" ")
    right = scheme.lower() == "bearer" and hmac.compare_digest(
        word.strip().encode("utf-8", "replace"), token.encode()
    )
    return bool(token) and right


def check_origin() -> None:
    """Refuse pages of foreign origins: they may neither spend credits nor take seats."""
    origin = request.headers.get("Origin")
    if origin is not None and origin not in wiring().origins:
        raise Refused("forbidden_origin", f"pages of {origin[:100]} may not do this", 403)
