"""Before a request is answered: is there room for one more of this address, and may it see this?"""

from __future__ import annotations

import time

from flask import Flask, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from linefinder.domain.errors import Refused
from linefinder.serving.access import COOKIE, LASTS, SECURE_COOKIE, Kind, Visitor
from linefinder.serving.proxies import household
from linefinder.wiring import wiring

KINDS = {
    **dict.fromkeys(
        (
            "api.health",
            "entrance.enter",
            "entrance.leave",
            "entrance.form",
            "pages.assets.file",
            "pages.assets.service_worker",
            "pages.assets.sheet",
            "pages.favicon",
            "static",
        ),
        Kind.OPEN,
    ),
    **dict.fromkeys(
        (
            "across.finder",
            "across.tonight",
            "bets.bets",
            "pages.home",
            "pages.board",
            "pages.event",
            "pages.status",
            "slips.slip",
        ),
        Kind.PAGE,
    ),
    **dict.fromkeys(
        (
            "alerts.add_rule",
            "alerts.push_key",
            "alerts.quiet",
            "alerts.remove_rule",
            "alerts.rules",
            "alerts.subscribe_push",
            "alerts.subscribe_webhook",
            "alerts.unsubscribe",
            "api.openapi",
            "api.polling",
            "api.refresh",
            "api.sports",
            "api.switch_polling",
            "metrics.metrics",
            "props.load",
        ),
        Kind.REST,
    ),
    "alerts.recent": Kind.LIVE,
}
"""What is not named here is DATA, which is kept best."""

UNCOUNTED = {"api.health", "static"}


def init_app(app: Flask) -> None:
    app.before_request(_count)
    app.before_request(_refuse_nul)
    app.before_request(_keep)
    app.after_request(_hand_out)


def kind_of(endpoint: str | None) -> Kind:
    """What an endpoint tells; an address where nothing is counts as a page."""
    return Kind.PAGE if endpoint is None else KINDS.get(endpoint, Kind.DATA)


def visitor() -> Visitor:
    """Who asks."""
    if "visitor" not in g:
        g.visitor = wiring().access.visitor(request.environ)
    found: Visitor = g.visitor
    return found


def address() -> str:
    """Who counts as one, for limits."""
    return household(request.remote_addr or "")


def _count() -> None:
    endpoint = request.endpoint or ""
    if endpoint in UNCOUNTED or endpoint.startswith("pages.assets."):
        return
    w = wiring()
    wait = w.rates.take(address(), time.monotonic())
    if wait:
        words = f"{w.config.rest_rate_limit} requests a minute are allowed from one address"
        raise Refused("too_many_requests", words, 429, wait)


def _refuse_nul() -> None:
    """No name holds a NUL: PostgreSQL would refuse to look for one, as if it did not answer."""
    if "\0" in request.path:
        raise Refused("not_found", "There is nothing at an address with a NUL character.", 404)


def _keep() -> AnyResponse | None:
    """Let in, or show the way in: the page of the password for people, 401 for programs."""
    w, kind = wiring(), kind_of(request.endpoint)
    if w.access.may(visitor(), kind):
        return None
    asks_person = kind is Kind.PAGE and not is_for_program()
    if asks_person and w.config.board_password:
        return redirect(url_for("entrance.form", to=request.full_path.removesuffix("?")))
    if asks_person:
        raise Refused("unauthorised", "This board is private: sign in at its proxy.", 401)
    raise Refused("unauthorised", _missing(kind), 401)


def _missing(kind: Kind) -> str:
    config = wiring().config
    if config.is_private and not (visitor().member or visitor().token):
        return "this board is private: it needs the pass of a page, or a token"
    if config.data_for == "token" and kind is Kind.DATA:
        return "data needs a token (DATA_ACCESS=token)"
    return "data is for this board's own pages, and for tokens (DATA_ACCESS=page)"


def is_for_program() -> bool:
    """Whether an answer is read by a program."""
    return request.path.startswith(("/api", "/metrics"))


def _hand_out(response: Response) -> Response:
    """A page's pass, with which its scripts may ask; renewed each day that it is used."""
    if response.status_code != 200 or KINDS.get(request.endpoint or "") is not Kind.PAGE:
        return response
    who, config = visitor(), wiring().config
    needed = config.is_private or config.data_for != "open"
    if needed and who.stale and (who.member or not config.is_private):
        give_pass(response, who.member, who.number)
    return response


def give_pass(response: AnyResponse, member: bool, number: str = "") -> None:
    """Set the cookie: a new pass, or with its number one that is renewed."""
    w = wiring()
    response.set_cookie(
        SECURE_COOKIE if request.is_secure else COOKIE,
        w.access.new_pass(member, number),
        max_age=LASTS,
        path=f"{request.script_root}/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
