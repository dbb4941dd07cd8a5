"""The page's pure modules in a real browser, called with JSON as it comes off the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

from linefinder import wire

STATIC = Path(__file__).resolve().parents[2] / "static"
HOME = "http://board.test/"
RUN = """async ([modules, body, text]) => {
  const loaded = await Promise.all(modules.map((name) => import(`/js/${name}.js`)));
  const run = new Function("m", "given", `return (async () => { ${body} })()`);
  return JSON.stringify((await run(Object.assign({}, ...loaded), JSON.parse(text))) ?? null);
}"""

Run = Callable[..., Any]


def serve_modules(page: Page) -> Run:
    """`run(["domain/price"], "return m.toDecimal(given)", 120)`: JavaScript, all exports in `m`."""
    page.route(f"{HOME}**", _answer)
    page.goto(HOME)

    def run(modules: list[str], body: str, given: Any = None) -> Any:
        return json.loads(page.evaluate(RUN, [modules, body, wire.encode(given).decode()]))

    return run


def _answer(route: Route) -> None:
    path = STATIC / route.request.url.removeprefix(HOME)
    if path.is_file():
        route.fulfill(path=path, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>modules</title>", content_type="text/html")
