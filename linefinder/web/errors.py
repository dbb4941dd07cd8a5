"""Refusals: problem details (RFC 9457) for programs; pages.py has the ones for people."""

from __future__ import annotations

import logging
import math
from http import HTTPStatus

from flask import Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as AnyResponse

from linefinder.domain.errors import Refused, StoreError
from linefinder.logs import named
from linefinder.web.doors import is_for_program
from linefinder.web.page import error_page
from linefinder.web.slashes import to_page
from linefinder.wire import encode

log = logging.getLogger("linefinder.web")
CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StoreError, _store)
    app.register_error_handler(SQLAlchemyError, _store)


def problem(refused: Refused) -> Response:
    """The answer to a request that can't be done."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(refused.status).phrase,
        "status": refused.status,
        "code": refused.code,
        "detail": refused.message,
    }
    response = Response(encode(body), refused.status, mimetype="application/problem+json")
    if refused.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _page(refused: Refused) -> Response:
    return error_page(refused.status, refused.message)


def _refused(refused: Refused) -> Response:
    make = problem if is_for_program() else _page
    response = make(refused)
    if refused.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, math.ceil(refused.retry_after)))
    return response


def _store(error: Exception) -> Response:
    """The database does not do what was asked; boards are served from memory all the same."""
    words = str(error).strip().splitlines()[0]
    log.warning("the database refused a request: %s", words, extra=named("request_unstored"))
    return _refused(Refused("store_error", "the database does not answer; try again", 503))


def _http(error: HTTPException) -> AnyResponse:
    """Werkzeug's own refusals in the same shape; a redirect stays one."""
    status = error.code or 500
    page = to_page() if status == 404 else None
    if page:
        return page
    if status < 400:
        redirect: Response = Response.force_type(error.get_response(), request.environ)  # type: ignore[assignment]
        return redirect
    words = error.description or HTTPStatus(status).phrase
    if status == 500:
        words = "LineFinder made a mistake; the log says which."
    elif words == NotFound.description:
        words = "No page has this address: it may be mistyped, or what was here is gone."
    code = CODES.get(status, HTTPStatus(status).phrase.lower().replace(" ", "_"))
    answer = _refused(Refused(code, words, status))
    for name, value in error.get_response().headers:
        if name == "Allow":
            answer.headers[name] = value
    return answer
