"""A page's address with a slash behind it, as people and chats write it, leads to the page."""

from __future__ import annotations

from flask import current_app, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from linefinder.web.doors import is_for_program


def to_page() -> Response | None:
    """The way from `/finder/?play=1` to `/finder?play=1`; None where no page is there either.

    The address is built from the route, never from what came: `//elsewhere.example/` would lead away.
    """
    bare = request.path.rstrip("/")
    if bare in ("", request.path) or request.method not in ("GET", "HEAD") or is_for_program():
        return None
    ways = current_app.create_url_adapter(request)
    try:
        endpoint, values = ways.match(bare, "GET") if ways else ("", {})
    except HTTPException:
        return None
    return redirect(with_query(url_for(endpoint, **values)), 308) if endpoint else None


def with_query(address: str) -> str:
    """An address with the query that was asked with, as it came."""
    query = request.query_string.decode("latin-1")
    return f"{address}?{query}" if query else address
