"""The way into a private board: its password, asked for on a page, with few tries a minute."""

from __future__ import annotations

import logging
import time

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from linefinder.domain.errors import Refused
from linefinder.domain.rate import Rate
from linefinder.logs import named
from linefinder.serving.access import COOKIE, SECURE_COOKIE
from linefinder.store.passes import end_pass
from linefinder.web.doors import address, give_pass, visitor
from linefinder.web.rest.exchange import check_origin
from linefinder.web.stored import if_stored
from linefinder.wiring import wiring

bp = Blueprint("entrance", __name__)
log = logging.getLogger("linefinder.web")

TRIES_A_MINUTE = 5
LONGEST_PASSWORD = 1024


def new_tries() -> Rate:
    """The tries of each address."""
    return Rate(TRIES_A_MINUTE)


@bp.get("/login")
def form() -> str | AnyResponse:
    """The page that asks for the password."""
    if not wiring().config.board_password:
        raise Refused("not_found", "This board has no password.", 404)
    if visitor().member:
        return redirect(_way(request.args.get("to")))
    return _page()


@bp.post("/login")
def enter() -> AnyResponse:
    """Take the password, and give the pass of a member."""
    w = wiring()
    if not w.config.board_password:
        raise Refused("not_found", "This board has no password.", 404)
    check_origin()
    wait = w.tries.take(address(), time.monotonic())
    if wait:
        words = f"{TRIES_A_MINUTE} tries a minute are allowed. Wait a little, then try again."
        raise Refused("too_many_requests", words, 429, wait)
    given = request.form.get("password", "")[:LONGEST_PASSWORD]
    if not w.access.is_password(given):
        who = request.remote_addr
        called = named("wrong_password", address=who)
        log.warning("a wrong password for the board from %s", who, extra=called)
        return Response(_page("That is not the password."), 403)
    answer = redirect(_way(request.form.get("to")), 303)
    give_pass(answer, member=True)
    return answer


@bp.post("/logout")
def leave() -> AnyResponse:
    """End the pass, also for who has copied it, and take it away from this browser."""
    check_origin()
    w, number = wiring(), visitor().number
    if number:
        w.access.ended |= {number}
        if_stored(lambda: end_pass(number, w.now()), None)
    answer = redirect(url_for("entrance.form" if w.config.is_private else "pages.home"), 303)
    for name in (COOKIE, SECURE_COOKIE):
        answer.delete_cookie(
            name,
            path=f"{request.script_root}/",
            secure=name == SECURE_COOKIE,
            httponly=True,
            samesite="Lax",
        )
    return answer


def _page(said: str = "") -> str:
    to = request.values.get("to", "")
    return render_template("login.html", said=said, to=to if _is_ours(to) else "", tabs=[])


def _way(to: str | None) -> str:
    """Where somebody wanted to go, if that is on this board."""
    return f"{request.script_root}{to}" if to and _is_ours(to) else url_for("pages.home")


def _is_ours(path: str) -> bool:
    """A path, and nothing that a browser would take for another server."""
    return path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()
