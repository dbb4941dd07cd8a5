"""Static files under a path that names their content, so that browsers may keep them for ever.

Modules import each other by relative path, so a query would miss all but the first: the version stands
in the path.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, current_app, send_from_directory, url_for

bp = Blueprint("assets", __name__)
SHEETS = (
    "tokens",
    "base",
    "bar",
    "grid",
    "asides",
    "card",
    "feed",
    "text",
    "view",
    "past",
    "alerts",
    "closing",
    "note",
)
FOR_EVER = "public, max-age=31536000, immutable"


@lru_cache
def version_of(folder: str) -> str:
    """A short hash of all files of a folder."""
    digest = hashlib.sha256()
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def asset(filename: str) -> str:
    """The URL of a static file."""
    return url_for("pages.assets.file", version=current_version(), filename=filename)


CHART = (
    "js/history.js", "js/widgets/chart.js", "js/widgets/closing.js", "js/widgets/note-dialog.js",
    "js/widgets/plot.js", "vendor/uplot/uPlot.esm.js",
)  # fmt: skip
"""What is loaded when it is asked for."""
BETS = "js/bets/"
"""Where lies what only the page of bets needs, and the dialog that notes one."""
FOR_BETS = (
    "compare",
    "format",
    "names",
    "price",
    "rows",
    "screen",
    "times",
    "view-state",
    "widgets/alert-dialog",
)
"""What it shares with a board."""
ACROSS = "js/finder/"
"""Where lies what only the pages of all sports need."""
SHARED = (
    "asking", "board", "clock", "compare", "connection", "crc", "events", "fair", "feed", "format",
    "live", "names", "price", "rows", "screen", "several", "storage", "view-state", "widgets/cell",
    "widgets/connection-mark", "widgets/keyboard", "widgets/switch",
)  # fmt: skip
"""What these share with a board."""


def modules(chart: bool = False, across: bool = False, bets: bool = False) -> list[str]:
    """The URLs of all scripts but the entries, to be loaded at once instead of one after the other."""
    folder = Path(current_app.static_folder or "")
    found = [*sorted(folder.glob("js/**/*.js")), *sorted(folder.glob("vendor/**/*.js"))]
    names = [path.relative_to(folder).as_posix() for path in found]
    if across:
        shared = {f"js/{name}.js" for name in SHARED}
        names = [
            name for name in names if name.startswith((ACROSS, "vendor/socket")) or name in shared
        ]
    elif bets:
        shared = {f"js/{name}.js" for name in FOR_BETS}
        names = [name for name in names if name.startswith(BETS) or name in shared]
    else:
        names = [name for name in names if not name.startswith((ACROSS, BETS))]
    return [asset(name) for name in names if chart or name not in CHART]


@bp.after_app_request
def _ahead(response: Response) -> Response:
    """What the first paint waits for is asked for while the page still comes."""
    if response.mimetype == "text/html" and response.status_code == 200:
        sheets = url_for("pages.assets.sheet", version=current_version())
        response.headers["Link"] = (
            f"<{sheets}>; rel=preload; as=style, <{asset('early.js')}>; rel=preload; as=script"
        )
    return response


@bp.get("/assets/<version>/board.css")
def sheet(version: str) -> Response:
    """All style sheets as one: a phone pays for each request before it can paint."""
    folder = Path(current_app.static_folder or "") / "css"
    text = "\n".join((folder / f"{name}.css").read_text() for name in SHEETS)
    response = Response(text, mimetype="text/css")
    response.headers["Cache-Control"] = FOR_EVER if version == current_version() else "no-cache"
    return response


@bp.get("/assets/<version>/<path:filename>")
def file(version: str, filename: str) -> Response:
    """A page of an older version gets today's file, but does not keep it."""
    response = send_from_directory(current_app.static_folder or "", filename)
    response.headers["Cache-Control"] = FOR_EVER if version == current_version() else "no-cache"
    return response


@bp.get("/sw.js")
def service_worker() -> Response:
    """At the root of all pages, because a worker serves only what lies below it."""
    response = send_from_directory(current_app.static_folder or "", "sw.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


def current_version() -> str:
    """The version of all static files."""
    return version_of(current_app.static_folder or "")
