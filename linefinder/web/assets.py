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
    return url_for("pages.assets.file", version=_version(), filename=filename)


CHART = ("js/history.js", "js/widgets/chart.js", "js/widgets/plot.js", "vendor/uplot/uPlot.esm.js")
"""What only pages with a chart need."""


def modules(chart: bool = False) -> list[str]:
    """The URLs of all scripts but the entries, to be loaded at once instead of one after the other."""
    folder = Path(current_app.static_folder or "")
    found = [*sorted(folder.glob("js/**/*.js")), *sorted(folder.glob("vendor/**/*.js"))]
    names = (path.relative_to(folder).as_posix() for path in found)
    return [asset(name) for name in names if chart or name not in CHART]


@bp.get("/assets/<version>/<path:filename>")
def file(version: str, filename: str) -> Response:
    """A page of an older version gets today's file, but does not keep it."""
    response = send_from_directory(current_app.static_folder or "", filename)
    response.headers["Cache-Control"] = FOR_EVER if version == _version() else "no-cache"
    return response


def _version() -> str:
    return version_of(current_app.static_folder or "")
