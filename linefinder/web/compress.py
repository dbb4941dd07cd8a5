"""Pages and scripts go packed: a large board is 2.6 MB of rows that are much alike."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

TYPES = {"text/html", "text/css", "text/javascript", "image/svg+xml"}
LEAST = 1024
LEVEL = 4
"""8 ms for the page of the largest board; level 6 takes twice that for a sixth less."""


def init_app(app: Flask) -> None:
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    """No answer of the REST API: its ETags name the bytes as they are."""
    if response.mimetype not in TYPES or response.status_code != 200:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < LEAST:
        return response
    response.set_data(_kept(body) if request.endpoint == "pages.assets.file" else _packed(body))
    response.content_encoding = "gzip"
    if etag := response.get_etag()[0]:
        response.set_etag(f"{etag}-gzip")
    return response


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)


@lru_cache(maxsize=128)
def _kept(body: bytes) -> bytes:
    """Assets are few and asked for by every visitor."""
    return _packed(body)
