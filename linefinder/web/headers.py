"""What every answer carries: no inline script, no frame, nothing guessed, nothing kept by accident."""

from __future__ import annotations

from flask import Flask, Response, request

from linefinder.wiring import wiring

YEAR = 31_536_000
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def init_app(app: Flask) -> None:
    app.after_request(_add)


def _add(response: Response) -> Response:
    response.headers.extend(
        {key: value for key, value in FIXED.items() if key not in response.headers}
    )
    response.headers.setdefault("Content-Security-Policy", _policy())
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    if request.endpoint != "static":
        kept = "no-store" if wiring().config.is_private else "no-cache"
        response.headers.setdefault("Cache-Control", kept)
    return response


def _policy() -> str:
    """Safari takes 'self' for http only, so the socket's origins are named."""
    own = (origin for origin in wiring().origins if "[" not in origin)  # CSP knows no IPv6
    sockets = " ".join(origin.replace("http", "ws", 1) for origin in own)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self' {sockets}; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
