"""Static files under a path that names their content, so that browsers may keep them for ever.

Modules import each other by relative path, so a query would miss all but the first: the version stands
in the path.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from posixpath import normpath

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
IMPORT = re.compile(r'^(?:import|export)\s+(?:[\w*{][^;"()]*?\sfrom\s+)?"(\.[^"]+)"', re.MULTILINE)
"""What a script imports or hands on, by the paths that it says."""


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


def modules(entry: str) -> list[str]:
    """The URLs of all scripts that an entry cannot begin without, to be loaded at once instead of one
    after the other: what it imports, and what that does. Not what is imported when it is asked for."""
    folder = current_app.static_folder or ""
    return [asset(name) for name in _imported(folder, entry, current_version())]


@lru_cache
def _imported(folder: str, entry: str, version: str) -> list[str]:
    """The paths below the folder, as they are in a version of it."""
    found: dict[str, None] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        for target in IMPORT.findall((Path(folder) / name).read_text()):
            path = normpath(f"{name}/../{target}")
            if path not in found:
                found[path] = None
                waiting.append(path)
    return sorted(found)


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
